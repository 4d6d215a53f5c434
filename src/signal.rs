//! Signals: what a browser says for its visitor without being asked. This version notes them in the
//! record; what they decide, place by place, belongs to the regimes that come later.

use alloc::{string::String, vec::Vec};

/// The signals a browser sends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Signals {
    /// Global Privacy Control: `navigator.globalPrivacyControl` is true.
    pub gpc: bool,
}

impl Signals {
    /// Their names, as a record lists them.
    pub fn words(self) -> Vec<String> {
        let mut words = Vec::new();
        if self.gpc {
            words.push(String::from("gpc"));
        }
        words
    }
}
