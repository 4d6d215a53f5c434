// The types of `consentinel/languages`: what imports the product's own texts in each language, for the option `texts` of
// `createConsent`. A bundler makes a file of its own of each, and a visitor fetches one at most.
import type { TextsImport } from "consentinel";

declare const languages: { readonly [language: string]: TextsImport };
export default languages;
