//! The module that comes later: it hears what the visitor and the owner of the page decide, asks the pure
//! side, performs the effects in their order, and explains mistakes. Until it is there, `gate` answers.

use alloc::{string::String, vec::Vec};

use crate::{
    id,
    json::Json,
    ledger::Ledger,
    notice::{Interface, notice},
    policy::NOBODY,
    problem::{Code, Problem},
    record::{Marks, Via},
    session::{self, Context, Effect, Event, Step, step},
    signal::Signals,
    state::{self, Stored},
    time::UnixMillis,
};

use super::{
    CORE, Core, close, core, erasable, erase, host,
    host::{answer, told},
    is_known, is_true,
    judge::{HAS, MARKED_FRAME, MARKUP, judge_attempt, judge_use},
    names_in, now, policy,
    report::report,
    rules, show, source, storage,
    stored::stored,
};

/// What only this module needs.
pub struct More {
    pub interface: Interface,
    pub build: String,
    /// Whether the texts of the language wanted are on their way: until then nothing is shown.
    pub is_waiting: bool,
    /// The languages wanted.
    pub languages: String,
    /// Names that the last erasing left behind.
    pub left: Vec<String>,
    /// Messages that are told once.
    pub told: Vec<String>,
    /// Whether the settings are to be shown once those texts are there.
    pub is_wanted: bool,
    /// Whether it is only found out what holds: then a step closes, and does nothing else.
    pub is_quiet: bool,
}

impl Core {
    /// Whether something granted counts only from the next page on.
    pub fn waits(&self) -> bool {
        !self.state.waiting(&self.policy).is_empty()
    }
}

/// Takes over from the first module (`gate`). `page` says what that one was told, and more: `texts` by language,
/// the `languages` wanted and the `language` of them that there is, the hash of the `build`, whether it `isWaiting` for
/// texts; `begun` is what the first module answers ([`told::HANDOVER`]); `isClosing`, whether something waits to be told
/// that closes: until it is, nothing is released. Where there is no page, nothing is gated and nothing optional is
/// granted.
fn start(page: &Json) {
    let (policy, problems) = policy::read(page.field("policy").and_then(Json::as_text));
    let texts = page.field("texts").unwrap_or(page);
    let languages = page.text_at("languages");
    let more = More {
        interface: Interface::choose(texts, languages, &policy),
        build: String::from(page.text_at("build")),
        is_waiting: is_true(page, "isWaiting"),
        languages: String::from(languages),
        left: Vec::new(),
        told: Vec::new(),
        is_wanted: false,
        is_quiet: true,
    };
    let mut fresh = Core::of(page, policy, more);
    // The texts of the language may be on their way still.
    let language = page.text_at("language");
    let spoken = if language.is_empty() { &fresh.more.interface.language } else { language };
    fresh.policy.spoken = String::from(spoken);
    fresh.policy.is_brief = true;
    CORE.set(fresh);
    let is_there = is_true(page, "isThere");
    if is_there {
        let signals = core().map_or_else(Signals::default, |core| {
            Signals::heard(&core.policy, is_true(page, "gpc"), is_true(page, "dnt"))
        });
        dispatch(Event::Signal(signals));
        let begun = page.field("begun").unwrap_or(page);
        begin(begun);
        if is_true(page, "isClosing") {
            // What the first module could not judge counts beside what is closed next; it has written no more of it.
            let stored = String::from(begun.text_at("stored"));
            dispatch(Event::Restore { stored, is_proved: false });
        } else {
            be_loud();
            restore();
            if core().is_some_and(|core| core.state.subject == id::UNMINTED) {
                _ = decide(Event::Late);
            }
            opt_out();
        }
    }
    be_loud();
    report(&problems);
    if is_there && !is_true(page, "isWaiting") {
        report_languages(false);
    }
}

fn be_loud() {
    if let Some(mut core) = core() {
        core.more.is_quiet = false;
    }
}

/// The state in which the page began, and what the browser holds in it since.
fn begin(begun: &Json) {
    dispatch(Event::Start(String::from(begun.text_at("stored"))));
    if let Some(mut core) = core() {
        let Core { policy, state, .. } = &mut *core;
        policy.is_brief = false;
        state.barrier.holds = is_true(begun, "holds");
        for id in begun.list_at("closed") {
            let (category, service) = policy.named(id.as_text().unwrap_or_default());
            if service == NOBODY {
                state.barrier.categories.put(category, true);
            }
            state.barrier.services.put(service, true);
        }
    }
}

/// Takes the texts of the one language that visitors are spoken to in from now on: shows what was not shown without
/// them, and says anew what was. Without texts there it stays as it is.
fn take_texts(texts: &Json) {
    let Json::Object(entries) = texts else { return };
    let Some((language, found)) = entries.first() else { return };
    let is_missing = !matches!(found, Json::Object(_));
    if let Some(mut core) = core() {
        core.more.is_waiting = false;
        core.more.languages.clone_from(language);
        if !is_missing {
            core.more.interface = Interface::choose(texts, language, &core.policy);
            core.policy.spoken.clone_from(language);
        }
    }
    report_languages(is_missing);
    opt_out();
    show::renew();
    show::layer();
    if core().is_some_and(|mut core| core::mem::take(&mut core.more.is_wanted)) {
        show::open();
    }
}

/// Warns where visitors read another language than the one they want. Which texts of the policy they do, the
/// face tells.
fn report_languages(is_missing: bool) {
    let mut problems = Vec::new();
    if let Some(core) = core() {
        let Interface { language, is_fallback, .. } = &core.more.interface;
        if is_missing || *is_fallback {
            problems.push(Problem::new(Code::LanguageMissing, &core.more.languages, language));
        }
    }
    report(&problems);
}

/// Everything that JavaScript tells arrives here; the answer is a verdict where one was asked for.
pub fn hear(kind: u32, text: &str) -> u32 {
    expire();
    match kind {
        told::START => start(&source::read(text)),
        told::ATTEMPT => return judge_attempt(text),
        told::MARKUP => return judge_use(text, MARKUP),
        told::MARKED_FRAME => return judge_use(text, MARKED_FRAME),
        told::HAS => return judge_use(text, HAS),
        told::ERASABLE => return erasable::is_erasable(text),
        told::SWEEP => {
            // Another page of the site may have decided, and these be its cookies.
            let stored = stored();
            if !Stored::of(&stored).is_halfway() || is_known(&stored) {
                look_again();
                erase::sweep();
            }
            if core().is_some_and(|core| core.policy.is_report_only) {
                return answer::ALLOW;
            }
        }
        told::FAILED => report(&[Problem::new(Code::MarkupFailed, "markup", text)]),
        told::ACTION => {
            let is_open = host::is_shown("settings");
            act(text, if is_open { Via::Settings } else { Via::Banner }, true);
            // The layer that was answered has said so; a click that only opens or closes one is no answer.
            let is_answer = matches!(text, "accept-all" | "save");
            if is_answer && core().is_some_and(|core| core.policy.is_browser_gate && core.waits()) {
                host::reload("");
            }
        }
        told::CALL | told::OWNER_CALL => act(text, Via::Api, kind == told::OWNER_CALL),
        told::CLOSED => show::closed(),
        told::LOOK => look_again(),
        // Both only after a click of the visitor in a placeholder of ours.
        told::ONCE if decide(Event::Once(String::from(text))) => return answer::ALLOW,
        told::ONCE => {}
        told::ALWAYS | told::OWNER_GRANT => {
            let via = if kind == told::ALWAYS { Via::Placeholder } else { Via::Api };
            decide(Event::Grant(via, String::from(text)));
        }
        told::GRANT => refuse("grant"),
        told::TEXTS => take_texts(&source::read(text)),
        told::SAVE | told::OWNER_SAVE => save(text, Via::Api, kind == told::OWNER_SAVE),
        told::WITHDRAW => {
            let names = names_in(&source::read(text));
            _ = decide(Event::Withdraw(Via::Api, names));
        }
        _ => host::reply(&answer(kind)),
    }
    // What asked for no verdict takes none for a yes.
    answer::REFUSE
}

/// The state, the records or the notice as JSON text, or the ledger as it is exported.
fn answer(kind: u32) -> String {
    let mut out = String::new();
    match kind {
        told::STATE => {
            if let Some(core) = core() {
                out = core.state.to_json(&core.policy, &core.more.interface.language).canonical();
            }
        }
        told::LEDGER => {
            for line in &whole_ledger().lines {
                out.push(if out.is_empty() { '[' } else { ',' });
                out.push_str(line);
            }
            out.push_str(if out.is_empty() { "[]" } else { "]" });
        }
        told::EXPORT => out = whole_ledger().to_text(),
        told::RULES => out = rules(),
        told::NOTICE => {
            if let Some(core) = core() {
                out = notice(&core.policy, &core.more.interface).canonical();
            }
        }
        _ => {}
    }
    out
}

/// The ledger for those who ask. A broken one is set aside, and the answers it recorded go with it.
fn whole_ledger() -> Ledger {
    storage::read_ledger().unwrap_or_else(|| {
        forget();
        look_again();
        Ledger::default()
    })
}

/// Takes the stored answer away: a decision whose record was tampered with proves nothing.
fn forget() {
    // No state reads like this, so no cookie that comes later grants anything beside it.
    storage::write("none", 0);
}

/// What a control asks for. The same word on the first layer and in the settings is another way.
/// Whatever script of the page may ask for as well must not grant.
fn act(action: &str, via: Via, may_grant: bool) {
    match action {
        "accept-all" if !may_grant => refuse(action),
        "accept-all" => _ = decide(Event::AcceptAll(via)),
        "reject-all" => _ = decide(Event::RejectAll(via)),
        "withdraw" => _ = decide(Event::Withdraw(via, Vec::new())),
        "save" => save(&host::switched(), via, may_grant),
        "settings" | "open" => show::open(),
        "close" => host::close_settings(),
        // A word of a newer page: nothing is granted by what we do not know.
        _ => {}
    }
}

/// Saves a selection, JSON text of names and booleans.
fn save(selection: &str, via: Via, may_grant: bool) {
    let selection = source::read(selection);
    if let Json::Object(entries) = &selection {
        for (_, value) in entries {
            if *value == Json::Bool(true) && !may_grant {
                return refuse("save");
            }
        }
    }
    _ = decide(Event::Save(via, selection));
}

/// Grants nothing, as whoever asks may be any script of the page.
fn refuse(action: &str) {
    report(&[Problem::new(Code::GrantUntrusted, action, "")]);
}

/// Lets choices whose time is over go, before anything is judged by them.
fn expire() {
    let now = now();
    let expiry = core().and_then(|core| core.state.first_expiry());
    if expiry.is_some_and(|at| at <= now) {
        dispatch(Event::Tick);
        opt_out();
    }
}

/// Puts on record what the browser's signal opts out of, once the words are there that the page would be shown. Another
/// page of the site may have done so meanwhile; the frames of one that asks leave it to that.
fn opt_out() {
    let is_due = || {
        core().is_some_and(|core| {
            core.state.is_unheard(&core.policy, NOBODY) && !core.more.is_waiting && !core.is_led
        })
    };
    if !is_due() {
        return;
    }
    if !is_known(&stored()) {
        restore();
    }
    if is_due() {
        _ = decide(Event::OptOut);
    }
}

/// Another tab may have decided, or the clock gone on, while nobody looked.
fn look_again() {
    if !is_known(&stored()) {
        restore();
        opt_out();
    }
    show::layer();
}

/// Takes the stored state over, as far as what is kept beside it says the same. The ledger waits for those
/// who need it: reading and checking it took a fifth of a start.
fn restore() {
    let now = now();
    let mut found = stored();
    // Where an older Consentinel kept nothing beside its ledger, the last record says what was decided.
    if Stored::of(&found).kept.is_empty()
        && let Some(record) = storage::last_record()
    {
        let text = core().map_or_else(String::new, |core| {
            state::recorded(&Stored::of(&found), &record, &core.policy, now)
        });
        if !text.is_empty() {
            storage::write_kept(&text);
            found = stored();
        }
    }
    // What no cookie grants any more is granted by what is kept where a sound chain says the same.
    let is_proved = waits(&found, now) && prove(&mut found, now);
    if let Some(mut core) = core() {
        core.stored.clone_from(&found);
    }
    dispatch(Event::Restore { stored: found, is_proved });
}

/// Whether something is kept that is granted once the ledger says so, too. Not where hosts share an answer: another one
/// may have taken it back, in a cookie that is gone.
fn waits(found: &str, now: UnixMillis) -> bool {
    core().is_some_and(|core| {
        if !core.policy.share().is_empty() {
            return false;
        }
        let found = Stored::of(found);
        session::restored(&core.policy, now, &found, false, &mut |_| ()).waits
    })
}

/// Checks the ledger, and leaves of what is kept what its last record does not deny. Whether that may grant.
fn prove(found: &mut String, now: UnixMillis) -> bool {
    match storage::read_ledger() {
        None => forget(),
        Some(_) => {
            let Some(record) = storage::last_record() else { return false };
            let kept = Stored::of(found).kept;
            let text = core()
                .map_or_else(String::new, |core| state::proved(kept, &record, &core.policy, now));
            if text != kept {
                storage::write_kept(&text);
            }
        }
    }
    *found = stored();
    true
}

/// A decision goes on under the pseudonym of the ledger, whatever a cookie says, so that the chain stays one
/// browser's; beside a broken ledger nothing decided before counts any more. Whether the event had effects.
fn decide(event: Event) -> bool {
    if core().is_some_and(|core| core.is_there) {
        match storage::read_ledger() {
            Some(ledger) => {
                if !ledger.subject.is_empty()
                    && let Some(mut core) = core()
                {
                    core.state.subject = ledger.subject;
                }
            }
            None => {
                forget();
                restore();
            }
        }
    }
    dispatch(event)
}

/// One event through the session: step, then problems, then effects in their order. Whether there were
/// effects.
#[inline(never)]
fn dispatch(event: Event) -> bool {
    // What a placeholder let through this time ends with it.
    let is_refusal = matches!(event, Event::RejectAll(_) | Event::Save(..) | Event::Withdraw(..));
    let is_in_place = matches!(event, Event::Grant(Via::Placeholder, _));
    // Many visitors share a server's memory: nobody's decision can be kept there.
    if !core().is_some_and(|core| core.is_there) {
        return false;
    }
    let mut entropy = [[0; 16]; 2];
    host::random(entropy.as_flattened_mut());
    let now = now();
    let Some(mut core) = core() else { return false };
    let marks = || Marks::of(&core.policy, &core.more.interface, &core.more.build);
    let context = Context { policy: &core.policy, marks: &marks, now, entropy, page: core.page() };
    let Step { state, effects, problems } = step(&context, &core.state, event);
    core.state = state;
    if is_refusal {
        core.once.clear();
    }
    let is_quiet = core.more.is_quiet;
    drop(core);
    let is_done = !effects.is_empty();
    // Nobody hears of anything before it is closed.
    if effects.first() == Some(&Effect::Close) {
        close();
    }
    if is_quiet {
        return is_done;
    }
    report(&problems);
    for effect in effects {
        perform(effect, is_refusal, is_in_place);
    }
    is_done
}

/// Tells the page of the newest record, so that a site can keep it elsewhere, and of the two documents that it names
/// by their hashes, as they were hashed.
fn hand_on(ledger: &Ledger) {
    let mut told = Json::object();
    if let (Some(core), Some(line)) = (core(), ledger.lines.last()) {
        told.put_text("line", line);
        told.put_text("notice", &notice(&core.policy, &core.more.interface).canonical());
        told.put_text("policy", &core.policy.document.canonical());
    }
    host::emit("record", &told.canonical());
}

fn perform(effect: Effect, is_refusal: bool, is_in_place: bool) {
    match effect {
        // Done, before anything was told.
        Effect::Close => {}
        Effect::Persist { text, max_age_seconds } => {
            storage::write(&text, max_age_seconds);
            let stored = stored();
            if let Some(mut core) = core() {
                core.stored = stored;
            }
        }
        Effect::Erase => {
            let left = erase::erase();
            if let Some(mut core) = core() {
                core.more.left = left;
            }
        }
        Effect::Append(mut record) => {
            if let Some(core) = core() {
                record.put("left", Json::texts(&core.more.left));
            }
            // Read anew each time: another tab may have written since.
            let mut ledger = storage::read_ledger().unwrap_or_default();
            ledger.append(record);
            storage::write_ledger(&ledger);
            hand_on(&ledger);
        }
        Effect::Release => {
            // What must be heard before that runs, such as the signals of vendors, is told at this.
            host::emit("release", "null");
            host::release(is_refusal.into());
        }
        Effect::Show => show::settle(is_in_place),
        Effect::Announce(change) => host::emit("change", &change.canonical()),
    }
}
