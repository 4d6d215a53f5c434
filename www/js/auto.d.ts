// The types of `consentinel/auto`, the same package in the build that can run.
export * from "consentinel";
