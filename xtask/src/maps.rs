//! Source maps of the npm package: what the bundlers wrote, corrected for all that is done to a script behind them. A script
//! gets another beginning then, and what stands in its places is put in, so that columns shift; the code between stays as
//! it is, byte for byte, and carries its positions along. Where the code is not found again, there is an error and no map.
//!
//! Left out: what is done to a script (`bundle`, `build`, `separate`).

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use sourcemap::{SourceMap, SourceMapBuilder};

use crate::run::target;
use crate::stamp::ZEROS;

/// How strict code begins: in front of it a script is written anew for each kind of module, and behind it never.
pub const DIRECTIVE: &str = "\"use strict\";";

/// The folder of the maps in the package.
const FOLDER: &str = "maps";

/// By what a script names its map (ECMA-426).
const COMMENT: &str = "\n//# sourceMappingURL=";

/// A part of a text that stands in another one too: where it begins in both, and how long it is, in bytes.
#[derive(Clone, Copy)]
pub struct Piece {
    /// Where it begins in the text of before.
    pub from: usize,
    /// Where it begins in the text that was made of it.
    pub to: usize,
    /// How long it is.
    pub length: usize,
}

/// A script with its map.
#[derive(Clone)]
pub struct Mapped {
    /// The script.
    pub text: String,
    map: SourceMap,
}

impl Mapped {
    /// A script, and the map of it that stands in a file.
    pub fn read(text: String, file: &Path) -> Result<Self> {
        let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        let map = SourceMap::from_slice(&bytes)
            .with_context(|| format!("reading the map {}", file.display()))?;
        Ok(Self { text, map })
    }

    /// A script in a file, with the map beside it, as esbuild writes both: sources are called from there on.
    pub fn bundled(file: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let mut bundled = Self::read(text, &beside(file))?;
        let folder = file.parent().context("a map that lies nowhere")?;
        for id in 0..bundled.map.get_source_count() {
            let name = bundled.map.get_source(id).unwrap_or_default();
            let name = name_of(&folder.join(name))?;
            bundled.map.set_source(id, &name);
        }
        Ok(bundled)
    }

    /// Writes script and map as [`Mapped::bundled`] finds them, for the next tool.
    pub fn lay(&self, file: &Path) -> Result<()> {
        std::fs::write(file, &self.text).with_context(|| format!("writing {}", file.display()))?;
        std::fs::write(beside(file), self.printed()?)
            .with_context(|| format!("writing the map of {}", file.display()))
    }

    /// The same for a text that has its code, from this offset on, behind the directive that makes it strict.
    pub fn wrapped(&self, text: String, from: usize) -> Result<Self> {
        let to = text.find(DIRECTIVE).context("the script is not strict")? + DIRECTIVE.len();
        let pairs = self.text.get(from..).unwrap_or_default().bytes();
        let length = pairs.zip(text[to..].bytes()).take_while(|(one, other)| one == other).count();
        Ok(self.moved(text, &[Piece { from, to, length }]))
    }

    /// The same for a text that has these pieces of it.
    pub fn moved(&self, text: String, pieces: &[Piece]) -> Self {
        let mut builder = SourceMapBuilder::new(None);
        for (id, name) in (0..).zip(self.map.sources()) {
            let id_there = builder.add_source(name);
            builder.set_source_contents(id_there, self.map.get_source_contents(id));
        }
        let (mut before, mut after) = (Cursor::new(&self.text), Cursor::new(&text));
        let mut pieces = pieces.iter().copied().peekable();
        for token in self.map.tokens() {
            before.until_position(token.get_dst());
            while pieces.next_if(|piece| piece.from + piece.length <= before.offset).is_some() {}
            let Some(piece) = pieces.peek().filter(|piece| piece.from <= before.offset) else {
                continue;
            };
            after.until_offset(piece.to + before.offset - piece.from);
            let name = token.get_name().map(|name| builder.add_name(name));
            let (line, column) = token.get_src();
            let source = token.get_source().map(|source| builder.add_source(source));
            builder.add_raw(after.line, after.column, line, column, source, name, false);
        }
        Self { map: builder.into_sourcemap(), text }
    }

    /// The same for the finished script that has the code of this one, whatever stands before it; its build hash may be
    /// filled in.
    fn finished(&self, text: &str) -> Result<Self> {
        let code = |text: &str| text.trim_end().len();
        let (length, from) = (code(&self.text), self.text.find(DIRECTIVE));
        let from = from.context("the script has no strict code")?;
        let to = (code(text) + from).checked_sub(length).context("the code is not all there")?;
        let mut want = self.text[from..length].to_owned();
        if let Some(at) = want.find(ZEROS) {
            let hash = text.get(to + at..to + at + ZEROS.len()).context("there is no hash")?;
            want.replace_range(at..at + ZEROS.len(), hash);
        }
        if text.get(to..code(text)) != Some(want.as_str()) {
            bail!("the code of the finished script is another one, so its map would be wrong");
        }
        Ok(self.moved(text.to_owned(), &[Piece { from, to, length: length - from }]))
    }

    /// The finished script as it ships in the package under this name, with the comment by which its map is found; the map
    /// is written. A build hash is filled in later, as it is of the comment too.
    pub fn shipped(&self, text: &str, name: &str) -> Result<String> {
        let folder = Path::new("dist/npm").join(FOLDER);
        std::fs::create_dir_all(&folder).context("making the folder of the maps")?;
        let map = self.finished(text).with_context(|| format!("mapping {name}"))?.printed()?;
        std::fs::write(folder.join(format!("{name}.map")), map)
            .with_context(|| format!("writing the map of {name}"))?;
        Ok(format!("{}{COMMENT}{FOLDER}/{name}.map\n", text.trim_end()))
    }

    fn printed(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.map.to_writer(&mut bytes).context("printing a map")?;
        Ok(bytes)
    }
}

/// The text of a file of the package, with the map that it names, where it names one.
pub fn named(text: &str) -> Result<Option<Mapped>> {
    let Some((code, file)) = text.rsplit_once(COMMENT) else { return Ok(None) };
    let file = Path::new("dist/npm").join(file.trim_end());
    Mapped::read(code.to_owned(), &file).map(Some)
}

/// Where the map of a script lies while it is made.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".map");
    name.into()
}

/// A text with each of these in its place, the first of its name, and what of it stays.
pub fn filled(text: &str, fillings: &[(&str, &str)]) -> Result<(String, Vec<Piece>)> {
    let mut places = Vec::new();
    for (place, filling) in fillings {
        let at = text.find(place).with_context(|| format!("there is no `{place}`"))?;
        places.push((at, at + place.len(), *filling));
    }
    places.sort_unstable();
    let mut out = String::new();
    let mut pieces = Vec::new();
    let mut from = 0;
    for (start, end, filling) in places.into_iter().chain([(text.len(), text.len(), "")]) {
        let part = text.get(from..start).context("two places overlap")?;
        pieces.push(Piece { from, to: out.len(), length: part.len() });
        out.push_str(part);
        out.push_str(filling);
        from = end;
    }
    Ok((out, pieces))
}

/// How a source is called: by its place in the repository, and what the build made by that in its folder.
fn name_of(file: &Path) -> Result<String> {
    let absolute = |path: &Path| std::path::absolute(path).context("the path of a source");
    let mut whole = PathBuf::new();
    for part in absolute(file)?.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            part => whole.push(part),
        }
    }
    let named = match whole.strip_prefix(absolute(&target())?) {
        Ok(made) => Path::new("build").join(made),
        Err(_) => whole
            .strip_prefix(absolute(Path::new("."))?)
            .map(Path::to_owned)
            .with_context(|| format!("{} is no file of the repository", whole.display()))?,
    };
    Ok(named.to_string_lossy().replace('\\', "/"))
}

/// A place in a text, which only goes forward: as an offset in bytes, and as maps have it, by lines and UTF-16.
struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    column: u32,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, offset: 0, line: 0, column: 0 }
    }

    fn forward(&mut self, more: impl Fn(&Self) -> bool) {
        let text = self.text;
        for letter in text.get(self.offset..).unwrap_or_default().chars() {
            if !more(self) {
                break;
            }
            self.offset += letter.len_utf8();
            if letter == '\n' {
                self.line += 1;
                self.column = 0;
            } else {
                self.column += if letter as u32 > 0xffff { 2 } else { 1 };
            }
        }
    }

    fn until_position(&mut self, position: (u32, u32)) {
        self.forward(|here| (here.line, here.column) < position);
    }

    fn until_offset(&mut self, offset: usize) {
        self.forward(|here| here.offset < offset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A script in which each of these words comes from the line of its number in `a.js`.
    fn script(text: &str, words: &[&str]) -> Mapped {
        let mut builder = SourceMapBuilder::new(None);
        let source = builder.add_source("a.js");
        builder.set_source_contents(source, Some("…"));
        let mut cursor = Cursor::new(text);
        for (line, word) in (0..).zip(words) {
            cursor.until_offset(text.find(word).unwrap());
            builder.add_raw(cursor.line, cursor.column, line, 7, Some(source), None, false);
        }
        Mapped { text: text.into(), map: builder.into_sourcemap() }
    }

    fn line_of(mapped: &Mapped, word: &str) -> Option<u32> {
        let mut cursor = Cursor::new(&mapped.text);
        cursor.until_offset(mapped.text.find(word).unwrap());
        let token = mapped.map.lookup_token(cursor.line, cursor.column)?;
        (token.get_dst() == (cursor.line, cursor.column)).then(|| token.get_src_line())
    }

    #[test]
    fn fillings_move_what_stands_behind_them_by_utf_16() {
        let words = ["one", "PLACE", "two", "OTHER", "three"];
        let before = script("\"use strict\";one(PLACE)\n;two(OTHER),three()", &words);
        let fillings = [("OTHER", "\n𝄞ä"), ("PLACE", "'𝄞𝄞'")];
        let (text, pieces) = filled(&before.text, &fillings).unwrap();
        assert_eq!(text, "\"use strict\";one('𝄞𝄞')\n;two(\n𝄞ä),three()");
        let after = before.moved(text, &pieces);
        for (word, line) in [("one", 0), ("two", 2), ("three", 4)] {
            assert_eq!(line_of(&after, word), Some(line), "{word}");
        }
        assert_eq!(after.map.get_token_count(), 3, "what stood in the places came from nowhere");
    }

    #[test]
    fn a_finished_script_has_the_same_code_or_no_map() {
        let text = format!("export const {{a}}=(()=>{{{DIRECTIVE}one(\"{ZEROS}\");two()}})();\n");
        let before = script(&text, &["one", "two"]);
        let hash = "7".repeat(64);
        let finished =
            format!("\u{feff}module.exports=(()=>{{{DIRECTIVE}one(\"{hash}\");two()}})();\n");
        let after = before.finished(&finished).unwrap();
        assert_eq!([line_of(&after, "one"), line_of(&after, "two")], [Some(0), Some(1)]);
        assert!(before.finished(&finished.replace("two", "six")).is_err());
        assert!(before.finished("two()").is_err());
    }
}
