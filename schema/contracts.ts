/*
 * Variants of the graph, composed from tags. A root field is in the contracts that its tags name and in no other; anything
 * else is where a root field leads to it, unless tags of its own keep it to some of them. The rest is marked @inaccessible
 * in a supergraph that stays whole: plans may use what a contract does not show.
 */
import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  parse,
  print,
} from 'graphql';
import type { Contract } from '../subgraphs/kernel/caller.ts';

const INACCESSIBLE: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'inaccessible' },
};
const INACCESSIBLE_LINK = 'https://specs.apollo.dev/inaccessible/';

/**
 * The supergraph of a contract: the same subgraphs, types and fields, of which an API schema leaves out what the contract
 * does not show. Deterministic. @throws Error where nothing can be asked for in `contract`, or where the supergraph does
 * not link `inaccessible` by that name. What an API schema cannot do without is found missing when that is made.
 */
export function contractOf(supergraphSdl: string, contract: Contract): string {
  const document = parse(supergraphSdl, { noLocation: true });
  if (!linksInaccessible(document)) throw new Error('The supergraph has no @inaccessible by which to hide anything.');
  const schema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  const reached = new Reach(schema, contract);
  if (!reached.types.has(schema.getQueryType() as GraphQLNamedType)) {
    throw new Error(`The contract ${contract} has no query: no root field is tagged with it.`);
  }
  return `${print(hideRest(document, reached))}\n`;
}

interface Element {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** What the root fields of a contract lead to. */
class Reach {
  readonly types = new Set<GraphQLNamedType>();
  readonly #schema: GraphQLSchema;
  readonly #contract: Contract;
  readonly #roots: ReadonlySet<string>;

  constructor(schema: GraphQLSchema, contract: Contract) {
    this.#schema = schema;
    this.#contract = contract;
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
      (each) => !!each,
    );
    this.#roots = new Set(roots.map(({ name }) => name));
    for (const root of roots) {
      const isOpen = Object.values(root.getFields()).some(({ astNode }) => astNode && this.shows(astNode, root.name));
      if (isOpen) this.#reach(root);
    }
  }

  hasType(name: string): boolean {
    const type = this.#schema.getType(name);
    return type !== undefined && this.types.has(type);
  }

  /** @param fieldOf the type that the element is a field of; undefined for whatever is no field. */
  shows(element: Element, fieldOf?: string): boolean {
    if (isInaccessible(element)) return false;
    const tags = tagsOf(element);
    if (tags.length > 0) return tags.includes(this.#contract);
    return fieldOf === undefined || !this.#roots.has(fieldOf);
  }

  #reach(type: GraphQLNamedType): void {
    if (this.types.has(type) || isSpecifiedScalarType(type) || !this.shows(type.astNode ?? {})) return;
    this.types.add(type);
    for (const next of this.#from(type)) this.#reach(next);
  }

  *#from(type: GraphQLNamedType): Generator<GraphQLNamedType> {
    if (isUnionType(type)) yield* type.getTypes();
    if (isInterfaceType(type)) yield* this.#schema.getPossibleTypes(type);
    if (isObjectType(type) || isInterfaceType(type)) yield* type.getInterfaces();
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      if (!this.shows(field.astNode ?? {}, type.name)) continue;
      yield getNamedType(field.type as GraphQLType);
      if (!('args' in field)) continue;
      for (const { astNode, type: argument } of field.args) {
        if (this.shows(astNode ?? {})) yield getNamedType(argument as GraphQLType);
      }
    }
  }
}

/** What links bring along, such as join__Graph, is no part of any API. */
const isOfLink = (typeName: string) => typeName.includes('__');

function hideRest(document: DocumentNode, reached: Reach): DocumentNode {
  const definitions = document.definitions.map((node) => {
    if (!('name' in node) || !node.name || isOfLink(node.name.value)) return node;
    const typeName = node.name.value;
    switch (node.kind) {
      case Kind.SCALAR_TYPE_DEFINITION:
      case Kind.UNION_TYPE_DEFINITION:
        return reached.hasType(typeName) ? node : hidden(node);
      case Kind.ENUM_TYPE_DEFINITION:
        if (!reached.hasType(typeName)) return hidden(node);
        return { ...node, values: node.values?.map((value) => (reached.shows(value) ? value : hidden(value))) };
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        if (!reached.hasType(typeName)) return hidden(node);
        return { ...node, fields: node.fields?.map((field) => (reached.shows(field) ? field : hidden(field))) };
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
        if (!reached.hasType(typeName)) return hidden(node);
        return { ...node, fields: node.fields?.map((field) => hideWithin(field, typeName, reached)) };
      default:
        return node;
    }
  });
  return { ...document, definitions } as DocumentNode;
}

function hideWithin(field: FieldDefinitionNode, typeName: string, reached: Reach): FieldDefinitionNode {
  if (!reached.shows(field, typeName)) return hidden(field);
  return { ...field, arguments: field.arguments?.map((each) => (reached.shows(each) ? each : hidden(each))) ?? [] };
}

/** What is within a hidden type or field is hidden with it. */
function hidden<Node extends Element>(node: Node): Node {
  const { directives = [] } = node;
  return isInaccessible(node) ? node : { ...node, directives: [...directives, INACCESSIBLE] };
}

function isInaccessible({ directives }: Element): boolean {
  return directives?.some(({ name }) => name.value === INACCESSIBLE.name.value) ?? false;
}

function tagsOf({ directives }: Element): string[] {
  return (directives ?? [])
    .filter(({ name }) => name.value === 'tag')
    .flatMap(({ arguments: given }) => given ?? [])
    .flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : []));
}

function linksInaccessible({ definitions }: DocumentNode): boolean {
  const links = definitions
    .filter((node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
    .flatMap(({ directives }) => directives ?? []);
  return links.some(({ arguments: given = [] }) => {
    const isRenamed = given.some(({ name }) => name.value === 'as');
    return (
      !isRenamed && given.some(({ value }) => value.kind === Kind.STRING && value.value.startsWith(INACCESSIBLE_LINK))
    );
  });
}
