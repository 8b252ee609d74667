/*
 * The terms and the privacy notice that a new system begins with; administrators publish what follows. Part of a migration:
 * never edited. Short enough to be read, in the two languages of the app; an operator's lawyers will want their own.
 */

export interface FirstDocument {
  readonly kind: 'terms' | 'privacy';
  readonly text: string;
  readonly textSpanish: string;
}

export const firstDocuments: readonly FirstDocument[] = [
  {
    kind: 'terms',
    text: `Hey Blue! brings police officers and the people they serve together for a moment, and thanks both with points.

Be who you are: one account and one phone for each person, 13 years or older; under 18 with a guardian who agrees.
Be kind: nobody has to meet, to talk or to be in a story. Whoever threatens, follows or harasses others is kept away.
Be honest: points are for people who really met. What was made up is taken back.
Points are a thank-you and no money. They buy what offers and schemes say, run out when the app says so, and end with your account.
Hey Blue! is not for emergencies: call 911.
You can leave at any time, in the app, without giving a reason.`,
    textSpanish: `Hey Blue! reúne por un momento a oficiales de policía y a las personas a las que sirven, y agradece a ambos con puntos.

Sé quien eres: una cuenta y un teléfono por persona, desde los 13 años; antes de los 18, con el permiso de un tutor.
Sé amable: nadie tiene que encontrarse, hablar ni aparecer en una historia. Quien amenaza, sigue o acosa a otros queda fuera.
Sé honesto: los puntos son para personas que de verdad se encontraron. Lo inventado se retira.
Los puntos son un agradecimiento y no dinero. Compran lo que dicen las ofertas y los programas, caducan cuando la aplicación lo dice y terminan con tu cuenta.
Hey Blue! no es para emergencias: llama al 911.
Puedes irte cuando quieras, desde la aplicación, sin dar razones.`,
  },
  {
    kind: 'privacy',
    text: `What we know of you: your e-mail address and phone, your first name and what else you write in your profile, your age as a band, the ZIP code you declare, whom you met, your points and what you did with them.

Where you are is used while you look for somebody or are on duty, is told to others only roughly until you agree to meet, and is not kept.
Others see your first name, your picture and how many people you met; of officers also the department. Nobody sees your e-mail address or phone.
We sell nothing of it and show no advertising. Reports name nobody.
Records of points and money, and that two people met, stay after you leave, under a number that leads to nobody.
You can read and save all of it, correct it, take back any permission, and have your account erased, in the app under Privacy.`,
    textSpanish: `Lo que sabemos de ti: tu correo y tu teléfono, tu nombre y lo demás que escribas en tu perfil, tu edad como rango, el código postal que declaras, con quién te encontraste, tus puntos y qué hiciste con ellos.

Dónde estás se usa mientras buscas a alguien o estás de servicio, se dice a los demás solo de forma aproximada hasta que aceptas un encuentro, y no se guarda.
Los demás ven tu nombre, tu foto y con cuántas personas te encontraste; de los oficiales, también el departamento. Nadie ve tu correo ni tu teléfono.
No vendemos nada de esto ni mostramos publicidad. Los informes no nombran a nadie.
Los registros de puntos y dinero, y que dos personas se encontraron, quedan cuando te vas, bajo un número que no lleva a nadie.
Puedes leerlo y guardarlo todo, corregirlo, retirar cualquier permiso y hacer borrar tu cuenta, en la aplicación, en Privacidad.`,
  },
];
