//! `consentinel gpc`: the document that a site serves, and the days that it takes. That `consentinel/server` answers the
//! same, `tests/browser/gpp.test.mjs` sees.

use serde_json::json;

use crate::run;

#[test]
fn the_document_says_since_when() {
    let told = run(&["gpc", "--since", "2026-11-27"]);
    assert_eq!((told.code, told.words.as_str()), (0, ""), "{told:?}");
    assert_eq!(told.json(), json!({ "gpc": true, "lastUpdate": "2026-11-27" }));
}

#[test]
fn what_is_no_day_is_wrong_usage() {
    for day in ["2026-02-30", "today", ""] {
        let told = run(&["gpc", "--since", day]);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{told:?}");
        assert!(told.words.contains("give a day such as 2026-11-27"), "{told:?}");
    }
    assert_eq!(run(&["gpc"]).code, 2);
}
