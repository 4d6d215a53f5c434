#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    consentinel_fuzz::http::http(bytes);
});
