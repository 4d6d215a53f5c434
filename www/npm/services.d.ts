// The types of `consentinel/services`: entries of the catalogue, one for each name at the end, which the build adds.
import type { CategoryOf, Item, Policy, Service, ServiceOf } from "consentinel";

/** An item inside of a service: its category and its service are those of the service, where it says none. */
export type EntryItem = Omit<Item, "category" | "service"> & { readonly category?: string; readonly service?: string };

/** A service of the catalogue (docs/catalogue.md): what a policy says of it, with its items and the category suggested. */
export type Entry<Id extends string, Category extends string> = Omit<Service, "id" | "category"> & {
  readonly id: Id;
  readonly category: Category;
  readonly hosts: readonly string[];
  readonly items: readonly EntryItem[];
};

/** A policy with entries among its services. */
export type Composable = Omit<Policy, "services"> & {
  readonly services: readonly (Service & { readonly items?: readonly EntryItem[] })[];
};

/** The services as a policy has them. */
type WithoutItems<Services extends readonly Service[]> = {
  readonly [At in keyof Services]: Omit<Services[At], "items">;
};

/** What comes out: a policy that knows the names of its services. */
export type Composed<P extends Composable> = Omit<P, "services" | "items"> & {
  readonly categories: P["categories"];
  readonly services: WithoutItems<P["services"]>;
  readonly items: readonly (Omit<Item, "category" | "service"> & {
    readonly category: CategoryOf<P>;
    readonly service?: ServiceOf<P>;
  })[];
};

/**
 * Makes the policy that `createConsent` takes, of one whose services are entries with their items inside. A host or an item
 * that is declared already is not declared again, and texts come in the languages of the categories.
 */
export function compose<const P extends Composable>(policy: P): Composed<P>;

