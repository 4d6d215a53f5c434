// The types of `consentinel/wasm`, the same package with its modules as files of their own.
export * from "consentinel";
