//! What a suite does with the document that it writes of itself: docs/law.md, docs/sdks.md, docs/leak-matrix.md,
//! docs/real-pages.md.
//! How the two texts are compared stands in tests/documents/document.mjs.

/// What becomes of the document of a run without a fault.
#[derive(Clone, Copy)]
pub enum Document {
    /// It must be the one that stands in docs/; nothing in the tree changes.
    Check,
    /// It is put into docs/.
    Write,
}

impl Document {
    /// The option of the scripts in tests/.
    pub fn option(self) -> &'static str {
        match self {
            Self::Check => "--check",
            Self::Write => "--write",
        }
    }
}
