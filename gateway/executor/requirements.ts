/*
 * What the supergraph demands of a caller: @authenticated, @requiresScopes and @policy, under whatever names they are
 * linked, on fields and types. Requirements of equal content are one object. An interface demands what stands on itself
 * and what stands on the same field of any type that implements it: composition copies that upwards only since 2.9.4.
 */
import type { FieldDefinition, NamedType, Schema } from '@apollo/federation-internals';

/** One directive's demand. Of `anyOf`, all names of one list are needed; where the list is empty, nobody has enough. */
export type Requirement =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes' | 'policies'; readonly anyOf: readonly (readonly string[])[] };

/** All of them have to be met; empty for what everybody may read. */
export type Requirements = readonly Requirement[];

const DIRECTIVES = [
  { spec: 'authenticated', kind: 'authenticated', argument: undefined },
  { spec: 'requiresScopes', kind: 'scopes', argument: 'scopes' },
  { spec: 'policy', kind: 'policies', argument: 'policies' },
] as const;

const NONE: Requirements = Object.freeze([]);

type Element = NamedType | FieldDefinition<never>;

export class RequirementsOfSchema {
  readonly #schema: Schema;
  readonly #directives: readonly { readonly name: string; readonly read: (values: unknown) => Requirement }[];
  readonly #known = new Map<string, Requirement>();
  /** By `Type` and `Type.field`; only what the schema has. */
  readonly #kept = new Map<string, Requirements>();

  /** @param schema the supergraph's own, with what clients do not see. */
  constructor(schema: Schema) {
    this.#schema = schema;
    this.#directives = DIRECTIVES.flatMap(({ spec, kind, argument }) => {
      const feature = schema.coreFeatures?.getByIdentity(`https://specs.apollo.dev/${spec}`);
      if (!feature) return [];
      const read = (values: unknown): Requirement =>
        argument === undefined
          ? { kind: 'authenticated' }
          : { kind: kind as 'scopes', anyOf: (values as Record<string, string[][]>)[argument] ?? [] };
      return [{ name: feature.directiveNameInSchema(spec), read }];
    });
  }

  /** Whether anything may be demanded at all. */
  get hasAny(): boolean {
    return this.#directives.length > 0;
  }

  /** What a type demands of whoever reads it: of an object type, wherever it stands; of others, what is written on it. */
  ofType(name: string): Requirements {
    return this.#keep(name, () => {
      const type = this.#schema.type(name);
      return type ? this.#on(type) : NONE;
    });
  }

  /** What fields that are read off an interface demand in addition: nobody knows whose they will be. */
  ofImplementations(name: string): Requirements {
    return this.#keep(`${name}.`, () => unique(this.#implementations(name).flatMap((type) => this.#on(type))));
  }

  /** What a field demands, its type included. */
  ofField(parent: string, field: string): Requirements {
    return this.#keep(`${parent}.${field}`, () => {
      const declared = [parent, ...this.#implementations(parent).map(({ name }) => name)].flatMap((type) => {
        const definition = this.#field(type, field);
        return definition ? [definition] : [];
      });
      const own = declared[0]?.type;
      const type = own && this.ofType(baseName(String(own)));
      return unique([...declared.flatMap((definition) => this.#on(definition)), ...(type ?? NONE)]);
    });
  }

  #field(typeName: string, name: string): FieldDefinition<never> | undefined {
    const type = this.#schema.type(typeName);
    if (type?.kind !== 'ObjectType' && type?.kind !== 'InterfaceType') return undefined;
    return type.field(name) as FieldDefinition<never> | undefined;
  }

  #implementations(name: string): readonly NamedType[] {
    const type = this.#schema.type(name);
    return type?.kind === 'InterfaceType' ? type.possibleRuntimeTypes() : [];
  }

  #on(element: Element): Requirement[] {
    return this.#directives.flatMap(({ name, read }) =>
      element.appliedDirectivesOf(name).map((applied) => this.#one(read(applied.arguments()))),
    );
  }

  #one(requirement: Requirement): Requirement {
    const text = JSON.stringify(requirement);
    const known = this.#known.get(text);
    if (!known) this.#known.set(text, requirement);
    return known ?? requirement;
  }

  #keep(key: string, read: () => Requirements): Requirements {
    let kept = this.#kept.get(key);
    if (!kept) {
      kept = read();
      this.#kept.set(key, kept);
    }
    return kept;
  }
}

/** The name in a type such as [Thing!]!. */
const baseName = (type: string): string => type.replace(/[[\]!]/g, '');

const unique = (requirements: Requirements): Requirements =>
  requirements.length > 0 ? [...new Set(requirements)] : NONE;
