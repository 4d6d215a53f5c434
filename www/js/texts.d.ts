// The types of `consentinel/texts/LANGUAGE`: the product's own texts in one language, for the option
// `texts` of `createConsent`. A text with a number in it has a form for each plural of the language.

declare const texts: { readonly [key: string]: string | { readonly [form: string]: string } };
export default texts;
