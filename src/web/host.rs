//! The border to JavaScript: what Rust asks of the browser, and what JavaScript may call. The other half
//! is `www/js/border.js`, which also keeps what it calls from the page. Which call is pristine and which
//! never throws is settled in the scripts that do the work (`www/js/gate.js`, `www/js/page.js`).
//!
//! **To add a function**, write it in `www/js` so that it takes texts, then at most one number, and
//! returns a text, a boolean, a number or nothing; give it the next letter in
//! `www/js/first.js` or `www/js/second.js`; and give the same letter a line in the table below. Where it throws, the answer
//! is an empty text, false or zero. tests/tidy.rs compares the letters.
//!
//! **A text crosses** as its address and its length to JavaScript. To Rust it is written into a block
//! that [`allocate`] makes, and the call that brings its length takes it from there: nothing else runs
//! in between.
//!
//! Bindings that a tool makes are left out: each of their calls brings a piece of glue of its own, and
//! that glue looks methods up at each call, where a page may have put its own (docs/sizes.md).

#![allow(unsafe_code)]

use alloc::string::String;
use core::alloc::Layout;

use super::single::Single;

/// `letter name(texts; number) -> answer;` declares a function of `www/js`, and makes it one of ours.
macro_rules! host {
    ($module:ident; $($letter:literal $name:ident($($text:ident),* $(; $number:ident: $type:ty)?) -> $answer:ty;)*) => {
        mod $module {
            #[allow(unused_imports)]
            use super::{Answer, String};

            // SAFETY: these are the types of what `load` in www/js/border.js provides. Each text is an
            // address and a length, of which that side only reads.
            #[link(wasm_import_module = "h")]
            unsafe extern "C" {
                $(
                    #[link_name = $letter]
                    pub safe fn $name(
                        $(_: address!($text), _: usize,)* $(_: $type)?
                    ) -> <$answer as Answer>::Crossing;
                )*
            }
        }
        $(
            pub fn $name($($text: &str,)* $($number: $type)?) -> $answer {
                Answer::arrived($module::$name($($text.as_ptr(), $text.len(),)* $($number)?))
            }
        )*
    };
}

/// What each text begins with in an import.
macro_rules! address {
    ($text:ident) => { *const u8 };
}

// What both modules ask.
host! {
    both;
    "a" read_cookies() -> String;
    "d" recall(key) -> String;
    "e" keep(key, text) -> bool;
    "f" erase(name; kind: u32) -> ();
    "g" recall_state(id) -> String;
    "h" keep_state(id, text, domain; seconds: f64) -> f64;
    "i" keys(; kind: u32) -> String;
    "l" attempted(kind, name, service; verdict: u32) -> ();
    "t" parse(text) -> String;
    "u" reply(text) -> ();
    "w" erase_later(; kind: u32) -> ();
    "v" now() -> f64;
    "x" close(policy; wrappers: u32) -> ();
    "z" is_ours() -> bool;
}

// What only the first module asks.
#[cfg(feature = "gate")]
host! {
    first;
    "A" need() -> ();
}

// What only the second module asks.
#[cfg(not(feature = "gate"))]
host! {
    second;
    "b" release(; is_refusal: u32) -> ();
    "j" tell_problems(problems) -> ();
    "k" emit(name, detail) -> ();
    "n" is_shown(part) -> bool;
    "o" show(part, notice, state) -> bool;
    "p" discard(part) -> bool;
    "q" close_settings() -> ();
    "r" say(text; has_focus: bool) -> ();
    "s" switched() -> String;
    "y" reload(once) -> ();
}

#[cfg(any(not(feature = "gate"), feature = "moving"))]
#[link(wasm_import_module = "h")]
unsafe extern "C" {
    #[link_name = "c"]
    fn fill(at: *mut u8, length: usize);
}

/// Fills the bytes with random ones.
#[cfg(any(not(feature = "gate"), feature = "moving"))]
pub fn random(bytes: &mut [u8]) {
    // SAFETY: JavaScript writes into these bytes and nowhere else, and is done when it returns.
    unsafe { fill(bytes.as_mut_ptr(), bytes.len()) }
}

/// What JavaScript answers, and as what it crosses the border.
trait Answer {
    type Crossing;
    fn arrived(crossed: Self::Crossing) -> Self;
}

impl Answer for () {
    type Crossing = ();
    fn arrived((): ()) {}
}

impl Answer for f64 {
    type Crossing = f64;
    fn arrived(number: f64) -> f64 {
        number
    }
}

impl Answer for bool {
    type Crossing = u32;
    fn arrived(number: u32) -> bool {
        number != 0
    }
}

impl Answer for String {
    type Crossing = usize;
    fn arrived(length: usize) -> String {
        take(length)
    }
}

/// The block into which JavaScript writes next, and its size.
static ARRIVING: Single<(*mut u8, usize)> = Single::new();

/// Makes room for a text of at most so many bytes. Where there is none, the address is one that no
/// memory has: writing there throws, and whoever told the text takes that for a refusal.
#[unsafe(export_name = "m")]
extern "C" fn allocate(most: usize) -> *mut u8 {
    // One more, so that no block is empty: such a text would never be given back.
    let size = most.saturating_add(1);
    // SAFETY: the size is not zero, and our allocator refuses what is too large for a layout.
    let at = unsafe { alloc::alloc::alloc(Layout::from_size_align_unchecked(size, 1)) };
    if at.is_null() {
        return usize::MAX as *mut u8;
    }
    ARRIVING.set((at, size));
    at
}

/// The text of so many bytes that JavaScript has written.
#[inline(never)]
fn take(length: usize) -> String {
    match ARRIVING.get() {
        // SAFETY: `put` in www/js/border.js has written this many bytes of UTF-8, as the browser encodes
        // it, into the block that `allocate` made just before. Whoever takes it leaves one of no bytes,
        // which holds no text.
        Some(mut block) if length < block.1 => unsafe {
            let (at, size) = core::mem::take(&mut *block);
            String::from_raw_parts(at, length, size)
        },
        _ => String::new(),
    }
}

/// What the scripts, the entries and the API tell: a kind of [`told`] and a text of so many bytes, which
/// is written already. The answer is a verdict, where one was asked for.
///
/// A script of the page may come by the exports of the instance (`www/js/border.js`), and is not heard.
#[unsafe(export_name = "h")]
extern "C" fn hear(kind: u32, length: usize) -> u32 {
    if is_ours() { super::hear(kind, &take(length)) } else { answer::REFUSE }
}

/// What can be told and asked: the numbers of `www/js/numbers.js`. The first module hears those before
/// [`FAILED`](told::FAILED); the others wait for the second one.
#[allow(dead_code)]
pub mod told {
    /// An attempt: a word for its kind, a space, and its name or address.
    pub const ATTEMPT: u32 = 0;
    /// An element with `data-consent`; the text is the name in it.
    pub const MARKUP: u32 = 1;
    /// As [`MARKUP`], about a frame.
    pub const MARKED_FRAME: u32 = 2;
    /// Is this name granted?
    pub const HAS: u32 = 3;
    /// A database, a cache or a service worker was found: a word, a space, its name. Is it to be erased?
    pub const ERASABLE: u32 = 4;
    /// What holds now?
    pub const STATE: u32 = 5;
    /// What may be asked for now, as a Content-Security-Policy?
    pub const RULES: u32 = 6;
    /// Time to look at clock and cookie again.
    pub const LOOK: u32 = 7;
    /// There may be cookies that no script has set.
    pub const SWEEP: u32 = 8;
    /// The page starts, or the second module does; the text says all about it.
    pub const START: u32 = 9;
    /// What does the second module have to know? Only the first one is asked.
    pub const HANDOVER: u32 = 10;
    /// These names are denied, a list; all where it is empty. Only the first module is told, since what follows
    /// of that is the second one's affair.
    pub const CLOSE: u32 = 11;
    /// What does the small button say in this language, which holds from now on? Nothing where there is none, or the
    /// first layer instead. Only the first module is asked.
    pub const BUTTON: u32 = 12;
    /// An element could not be revived.
    pub const FAILED: u32 = 13;
    /// A control was used; the text is its action.
    pub const ACTION: u32 = 14;
    /// The settings were closed.
    pub const CLOSED: u32 = 15;
    /// The page's code uses a control; the text is its action.
    pub const CALL: u32 = 16;
    /// As [`CALL`], by the owner of the page.
    pub const OWNER_CALL: u32 = 17;
    /// Which records are there?
    pub const LEDGER: u32 = 18;
    /// What is exported?
    pub const EXPORT: u32 = 19;
    /// The page's code withdraws; the text is a list of names.
    pub const WITHDRAW: u32 = 20;
    /// What is the visitor told?
    pub const NOTICE: u32 = 21;
    /// The visitor lets something held load this time; the text is its name. Is that on record?
    pub const ONCE: u32 = 22;
    /// Visitors are spoken to in another language, or the texts of the one at the start arrived later; the text is an
    /// object of language and texts, or null where they could not be had.
    pub const TEXTS: u32 = 23;
    /// The visitor grants something held; the text is its name.
    pub const ALWAYS: u32 = 24;
    /// The page's code saves a selection.
    pub const SAVE: u32 = 25;
    /// As [`SAVE`], by the owner of the page.
    pub const OWNER_SAVE: u32 = 26;
    /// The page's code grants one category or service; the text is its name.
    pub const GRANT: u32 = 27;
    /// As [`GRANT`], by the owner of the page.
    pub const OWNER_GRANT: u32 = 28;
}

/// Which wrappers have to stand, each with all after it: what `close` in `www/js/gate.js` is told.
pub mod wrappers {
    /// All: those that judge requests too.
    pub const WRAP_REQUESTS: u32 = 0;
    /// Where the browser holds requests: those that find new realms, whose stores must be gated.
    pub const WRAP_REALMS: u32 = 1;
    /// Where everything is granted: those of the stores, and of the few doors that no policy closes.
    pub const WRAP_STORES: u32 = 2;
}

/// The verdicts as `www/js/gate.js` knows them.
pub mod answer {
    /// Go on.
    pub const ALLOW: u32 = 0;
    /// Keep it for later.
    pub const HOLD: u32 = 1;
    /// Drop it.
    pub const REFUSE: u32 = 2;
    /// Go on, and make sure that it removes.
    pub const REMOVE: u32 = 3;
    /// Added where a name was asked for that nobody has: the second module is to be asked again, and tells.
    #[cfg(feature = "gate")]
    pub const MISTAKE: u32 = 8;
    /// Added to [`HOLD`] for a cookie that the browser would hardly take, so that it is not read while it waits.
    pub const UNREAD: u32 = 4;
}
