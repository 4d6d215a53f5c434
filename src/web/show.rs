//! Which layer the visitor sees, when, and where the focus goes. How a layer becomes elements is
//! `www/js/banner.js`.

use alloc::{rc::Rc, vec::Vec};

use crate::{json::Json, notice::notice, state::Choice};

use super::{Page, host, page, with};

/// Shows what the state asks for: the first layer, or the small button.
pub fn layer() {
    let Some((page, asks)) = askable() else {
        return;
    };
    let part = if asks { "banner" } else { "reopen" };
    host::discard(if asks { "reopen" } else { "banner" });
    let is_there = host::is_shown(part) || (asks && host::is_shown("settings"));
    if !is_there && put(&page, part) && asks {
        emit("open", part);
    }
}

/// The page, when it has something to ask at all, and whether it has to ask now.
fn askable() -> Option<(Rc<Page>, bool)> {
    let page = page()?;
    let is_askable = page.is_there && page.policy.has_optional();
    let asks = with(|core| core.state.asks(&core.page.policy))?;
    is_askable.then_some((page, asks))
}

fn put(page: &Page, part: &str) -> bool {
    let notice = notice(&page.policy, &page.interface).canonical();
    let lists = with(|core| {
        let mut granted = Vec::new();
        for (position, category) in page.policy.categories.iter().enumerate() {
            if core.state.choice(position) == Choice::Grant {
                granted.push(Json::text(&category.id));
            }
        }
        (Json::List(granted).canonical(), Json::texts(&core.left).canonical())
    });
    let (granted, left) = lists.unwrap_or_default();
    host::show(part, &notice, &page.style, &host::parse(&granted), &host::parse(&left))
}

/// After the state changed: what was open closes when nothing is left to ask, a line says so, and
/// the focus goes on where it was.
pub fn settle() {
    let Some((page, asks)) = askable() else {
        return;
    };
    let was_asking = host::is_shown("banner");
    let had_settings = host::is_shown("settings");
    if asks || !(was_asking || had_settings) {
        return layer();
    }
    host::close_settings();
    let had_focus = host::discard("banner") || had_settings;
    if was_asking {
        emit("close", "banner");
    }
    layer();
    host::say(page.interface.text("saved"), had_focus);
}

/// Opens the settings with what holds now.
pub fn open() {
    super::expire();
    let Some((page, _)) = askable() else { return };
    if !host::is_shown("settings") && put(&page, "settings") {
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
    host::emit(event, &Json::object().with_text("layer", layer).canonical());
}
