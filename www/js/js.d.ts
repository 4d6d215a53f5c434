// The types of `consentinel/js`, the same package without WebAssembly.
export * from "consentinel";
