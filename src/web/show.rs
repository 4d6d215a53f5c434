//! Which layer the visitor sees, when, and where the focus goes. How a layer becomes elements is
//! `www/js/banner.js`.

use alloc::string::String;

use crate::{
    json::Json,
    notice::notice,
    problem::{Code, Problem},
};

use super::{core, host, report::report_once};

/// The layer that offers to load the page anew.
const RELOAD: &str = "reload";
/// A control of the page's own that opens the settings, or takes everything back.
const OWN_CONTROL: &str = "own";

/// Shows what the state asks for: the first layer, or the small button.
pub fn layer() {
    let Some(asks) = asks() else { return };
    if is_led() {
        return;
    }
    let (part, other) = if asks { ("banner", "reopen") } else { ("reopen", "banner") };
    host::discard(other);
    if asks {
        host::discard(RELOAD);
    }
    if !asks && core().is_some_and(|core| core.policy.has_own_control()) {
        if !host::is_shown(OWN_CONTROL) {
            report_once(Problem::new(Code::ReopenMissing, "reopen", "none"));
        }
        return;
    }
    let is_there = host::is_shown(part) || (asks && host::is_shown("settings"));
    if !is_there && put(part) && asks {
        emit("open", part);
    }
}

/// Shows again what is shown, in other words.
pub fn renew() {
    for part in ["banner", "settings", RELOAD, "reopen"] {
        if host::is_shown(part) {
            put(part);
        }
    }
}

/// Whether there is something to ask now; nothing on a page that has nothing to ask at all, or nobody,
/// or not yet the words.
fn asks() -> Option<bool> {
    let core = core()?;
    let is_askable = core.is_there
        && !core.more.is_waiting
        && !core.state.is_child
        && core.policy.has_optional();
    is_askable.then(|| core.state.asks(&core.policy) && !core.is_led)
}

/// Whether the page around this one does all that, so that of this one only the settings are ever seen.
fn is_led() -> bool {
    core().is_some_and(|core| core.is_led)
}

fn put(part: &str) -> bool {
    let Some(core) = core() else { return false };
    let notice = notice(&core.policy, &core.more.interface).canonical();
    let mut state = core.state.to_json(&core.policy, "");
    state.put("left", Json::texts(&core.more.left));
    state.put("signals", Json::texts(&core.state.signals.words()));
    // Where it stands is part of how it looks, and not of what was told.
    for key in ["placement", "reopen"] {
        state.put_text(key, core.policy.document.text_at(key));
    }
    drop(core);
    host::show(part, &notice, &state.canonical())
}

/// After the state changed: what was open closes when nothing is left to ask, a line says so, and
/// the focus goes on where it was. What waits for the page to be loaded anew is told, with a control for
/// that; not where the visitor has granted `in_place` what they see there already, nor over a question.
pub fn settle(in_place: bool) {
    let Some(asks) = asks() else { return };
    let waits = core().is_some_and(|core| core.waits());
    if !waits {
        // Before the focus goes on: not to what is taken away.
        host::discard(RELOAD);
    }
    let was_asking = host::is_shown("banner");
    let had_settings = host::is_shown("settings");
    if asks || !(was_asking || had_settings) {
        layer();
    } else {
        host::close_settings();
        let had_focus = host::discard("banner") || had_settings;
        if was_asking {
            emit("close", "banner");
        }
        layer();
        let saved = core().map(|core| String::from(core.more.interface.text("saved")));
        host::say(&saved.unwrap_or_default(), had_focus);
    }
    if waits && !in_place && !asks && !is_led() && !host::is_shown(RELOAD) {
        put(RELOAD);
    }
}

/// Opens the settings with what holds now; while the words are on their way, once they are there.
pub fn open() {
    if let Some(mut core) = core() {
        core.more.is_wanted = core.more.is_waiting;
    }
    if asks().is_some() && !host::is_shown("settings") && put("settings") {
        emit("open", "settings");
    }
}

/// The settings have closed, by whatever way.
pub fn closed() {
    host::discard("settings");
    emit("close", "settings");
    // Closed without a decision while there is still something to ask: the first layer asks on.
    layer();
}

fn emit(event: &str, layer: &str) {
    let mut detail = Json::object();
    detail.put_text("layer", layer);
    host::emit(event, &detail.canonical());
}
