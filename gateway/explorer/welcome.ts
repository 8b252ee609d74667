/*
 * What a newcomer finds in the explorer's first tab: one query that answers without signing in, and where a session's
 * token goes. A test holds the query against the public schema, so that it greets nobody with an error.
 */

const query = `# Welcome to the graph of Hey Blue!
#
# Run this query with the button on the right, or
# with Ctrl-Enter: it needs no sign-in. The book on
# the left explains every type, field and error code.
#
# To be somebody, sign in to the console or the
# app and choose that at the top. Or run
#   npm run access-token -- administrator@hey-blue.example
# in a terminal, paste what it prints into Headers,
# below, and re-fetch the schema, at the lower left.
# To administrators the book shows more.
query ExploreOffers {
  offers(first: 3) {
    edges {
      node {
        title
        pricePoints
        retailer {
          name
        }
      }
    }
  }
}
`;

// Commented out, because an empty token is refused where no token is not.
const headers = `{
  // "authorization": "Bearer ..."
}
`;

export const welcome = { query, headers };
