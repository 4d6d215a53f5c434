//! Reads as much of the WebAssembly binary format as silencing, choosing exports, ordering and measuring functions needs
//! (core specification 2.0, chapter 5). It validates nothing: the module comes from our compiler.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};

const IMPORTS: u8 = 2;
const FUNCTIONS: u8 = 3;
const EXPORTS: u8 = 7;
const CODE: u8 = 10;
const CUSTOM: u8 = 0;
/// The part of the custom section `name` that names functions.
const NAMES_OF_FUNCTIONS: u8 = 1;
const HEADER: usize = 8;

/// How many functions are imported; besides them our modules import a memory at most.
fn imported(wasm: &[u8]) -> Result<usize> {
    let mut functions = 0;
    for (id, body) in sections(wasm)? {
        let mut reader = Reader(body);
        let imports = if id == IMPORTS { reader.number()? } else { 0 };
        for _ in 0..imports {
            reader.text()?;
            reader.text()?;
            match reader.take(1)?[0] {
                0 => {
                    reader.number()?;
                    functions += 1;
                }
                2 => {
                    let has_most = reader.number()? & 1 == 1;
                    reader.number()?;
                    if has_most {
                        reader.number()?;
                    }
                }
                kind => bail!("a module that imports something of kind {kind}"),
            }
        }
    }
    Ok(functions)
}

/// The same module, where a function whose name is chosen traps instead of doing what it did.
pub fn trapping(wasm: &[u8], is_chosen: impl Fn(&str) -> bool) -> Result<Vec<u8>> {
    // No locals, `unreachable`, `end`: valid for every type of function.
    const TRAP: &[u8] = &[0, 0x00, 0x0b];
    let names = function_names(wasm)?;
    let imported = imported(wasm)?;
    let mut out = wasm[..HEADER].to_vec();
    for (id, old) in sections(wasm)? {
        let mut body = Vec::new();
        if id == CODE {
            let mut reader = Reader(old);
            let count = reader.number()? as usize;
            write_number(count, &mut body)?;
            for index in imported..imported + count {
                let length = reader.number()? as usize;
                let code = reader.take(length)?;
                let is_chosen = names.get(&index).is_some_and(|name| is_chosen(name));
                let code = if is_chosen { TRAP } else { code };
                write_number(code.len(), &mut body)?;
                body.extend(code);
            }
        } else {
            body.extend(old);
        }
        section(id, &body, &mut out)?;
    }
    Ok(out)
}

/// The same module with no other exports than those chosen.
pub fn with_exports(wasm: &[u8], is_chosen: impl Fn(&str) -> bool) -> Result<Vec<u8>> {
    let mut out = wasm[..HEADER].to_vec();
    for (id, old) in sections(wasm)? {
        let mut body = old.to_vec();
        if id == EXPORTS {
            let mut reader = Reader(old);
            let mut kept: Vec<u8> = Vec::new();
            let mut count = 0;
            for _ in 0..reader.number()? {
                let whole = reader.0;
                let exported = reader.text()?;
                reader.take(1)?;
                reader.number()?;
                if is_chosen(&exported) {
                    kept.extend(&whole[..whole.len() - reader.0.len()]);
                    count += 1;
                }
            }
            body.clear();
            write_number(count, &mut body)?;
            body.extend(kept);
        }
        section(id, &body, &mut out)?;
    }
    Ok(out)
}

/// The names of the functions of a module that was shrunk, in an order that compresses well: functions of about the same
/// length and of the same type stand side by side, and among them those that begin alike.
pub fn by_likeness(wasm: &[u8]) -> Result<Vec<String>> {
    // 112 and 144 were tried: some 20 bytes more or less after brotli, in either direction.
    const ABOUT: usize = 128;
    let mut types = Vec::new();
    let mut bodies = Vec::new();
    for (id, body) in sections(wasm)? {
        let mut reader = Reader(body);
        let count = if matches!(id, FUNCTIONS | CODE) { reader.number()? } else { 0 };
        for _ in 0..count {
            let number = reader.number()?;
            if id == FUNCTIONS {
                types.push(number);
            } else {
                bodies.push(reader.take(number as usize)?);
            }
        }
    }
    let mut order: Vec<_> = types.iter().zip(&bodies).zip(imported(wasm)?..).collect();
    order.sort_by_key(|((kind, body), _)| (body.len() / ABOUT, *kind, *body));
    let mut names = function_names(wasm)?;
    Ok(order.iter().filter_map(|(_, at)| names.remove(at)).collect())
}

/// These names, those that another module has too at the places that they have in it, and the others between and behind
/// them: so calls of what both have are numbered alike, and what is made of one with the help of the other (delta.rs) is
/// shorter. The compiler ends a name with a hash of the features that it compiled for, which says nothing here.
pub fn as_beside(names: &[String], other: &[String]) -> Vec<String> {
    let bare =
        |name: &String| name.rsplit_once("17h").map_or(name.clone(), |(bare, _)| bare.into());
    let mut own: Vec<_> = names.iter().collect();
    let mut places = Vec::new();
    for name in other {
        let at = own.iter().position(|own| bare(own) == bare(name));
        places.push(at.map(|at| own.remove(at)));
    }
    let mut own = own.into_iter();
    let filled: Vec<_> =
        places.into_iter().filter_map(|place| place.or_else(|| own.next())).collect();
    filled.into_iter().chain(own).cloned().collect()
}

/// A module whose functions are named by their places in this order; those that are not in it keep their names.
pub fn named_by_order(wasm: &[u8], order: &[String]) -> Result<Vec<u8>> {
    let places: HashMap<_, _> = order.iter().zip(0..).collect();
    let mut names: Vec<_> = function_names(wasm)?.into_iter().collect();
    names.sort_unstable();
    let mut list = Vec::new();
    write_number(names.len(), &mut list)?;
    for (index, name) in names {
        write_number(index, &mut list)?;
        let name = places.get(&name).map_or(name, |place: &usize| format!("{place:05}"));
        write_text(&name, &mut list)?;
    }
    let mut custom = Vec::new();
    write_text("name", &mut custom)?;
    section(NAMES_OF_FUNCTIONS, &list, &mut custom)?;
    let mut out = wasm[..HEADER].to_vec();
    for (id, body) in sections(wasm)? {
        if id != CUSTOM || Reader(body).text()? != "name" {
            section(id, body, &mut out)?;
        }
    }
    section(CUSTOM, &custom, &mut out)?;
    Ok(out)
}

/// The bytes of code of each function and its name, the largest first.
pub fn functions(wasm: &[u8]) -> Result<Vec<(usize, String)>> {
    let mut names = function_names(wasm)?;
    let mut sizes = Vec::new();
    for (id, body) in sections(wasm)? {
        let mut reader = Reader(body);
        if id == CODE {
            for _ in 0..reader.number()? {
                let size = reader.number()? as usize;
                reader.take(size)?;
                sizes.push(size);
            }
        }
    }
    let imported = imported(wasm)?;
    let name = |index: usize| names.remove(&index).unwrap_or_else(|| format!("function {index}"));
    let mut functions: Vec<_> = sizes.into_iter().zip((imported..).map(name)).collect();
    functions.sort_by(|one, other| other.cmp(one));
    Ok(functions)
}

/// The names of the functions by their index, imported ones first; empty in a stripped module.
fn function_names(wasm: &[u8]) -> Result<HashMap<usize, String>> {
    let mut names = HashMap::new();
    for (id, body) in sections(wasm)? {
        let mut reader = Reader(body);
        if id == CUSTOM && reader.text()? == "name" {
            while !reader.0.is_empty() {
                let kind = reader.take(1)?[0];
                let length = reader.number()? as usize;
                let mut part = Reader(reader.take(length)?);
                // The other parts name locals, types and so on.
                let count = if kind == NAMES_OF_FUNCTIONS { part.number()? } else { 0 };
                for _ in 0..count {
                    names.insert(part.number()? as usize, part.text()?);
                }
            }
        }
    }
    Ok(names)
}

fn sections(wasm: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let mut reader = Reader(wasm);
    if reader.take(HEADER)? != b"\0asm\x01\0\0\0" {
        bail!("this is no WebAssembly module of version 1");
    }
    let mut sections = Vec::new();
    while !reader.0.is_empty() {
        let id = reader.take(1)?[0];
        let length = reader.number()? as usize;
        sections.push((id, reader.take(length)?));
    }
    Ok(sections)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("a truncated module")?;
        self.0 = rest;
        Ok(taken)
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> Result<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a number of more than 32 bits in a module")
    }

    fn text(&mut self) -> Result<String> {
        let length = self.number()? as usize;
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }
}

/// A section, or a part of one, which is written in the same way.
fn section(id: u8, body: &[u8], out: &mut Vec<u8>) -> Result<()> {
    out.push(id);
    write_number(body.len(), out)?;
    out.extend(body);
    Ok(())
}

fn write_text(text: &str, out: &mut Vec<u8>) -> Result<()> {
    write_number(text.len(), out)?;
    out.extend(text.as_bytes());
    Ok(())
}

/// An unsigned number in LEB128, as it stands in a module.
pub fn write_number(number: usize, out: &mut Vec<u8>) -> Result<()> {
    let mut number = u32::try_from(number).context("a section of more than 4 GB")?;
    while number >= 0x80 {
        // The cast keeps the lower eight bits, of which the mark of continuation is the highest.
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that imports `a.first` and `a.second` (type 0), and holds two functions of 2 and 4
    /// bytes, the second named.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\
        \x01\x04\x01\x60\0\0\
        \x02\x16\x02\x01a\x05first\0\0\x01a\x06second\0\0\
        \x03\x03\x02\0\0\
        \x0a\x09\x02\x02\0\x0b\x04\0\x01\x01\x0b\
        \0\x0e\x04name\x01\x07\x01\x03\x04last";

    #[test]
    fn functions_are_listed_by_size() {
        assert_eq!(
            functions(MODULE).unwrap(),
            [(4, "last".to_owned()), (2, "function 2".to_owned())]
        );
    }

    /// Of two functions of about the same length the one with the lesser bytes comes first; what is not in the order, imports
    /// for instance, keeps its name, and nothing but names changes.
    #[test]
    fn names_follow_likeness() {
        let all: &[u8] = b"\0\x17\x04name\x01\x10\x03\0\x01f\x02\x04less\x03\x04last";
        let with_names = [&MODULE[..MODULE.len() - 16], all].concat();
        let order = by_likeness(&with_names).unwrap();
        assert_eq!(order, ["last", "less"]);
        let named = named_by_order(&with_names, &order).unwrap();
        let names = |pairs: [(usize, &str); 3]| {
            HashMap::from(pairs.map(|(at, name)| (at, name.to_owned())))
        };
        assert_eq!(function_names(&named).unwrap(), names([(0, "f"), (2, "00001"), (3, "00000")]));
        let named = named_by_order(&with_names, &order[..1]).unwrap();
        assert_eq!(function_names(&named).unwrap(), names([(0, "f"), (2, "less"), (3, "00000")]));
        let length = MODULE.len() - 16;
        assert_eq!(named[..length], MODULE[..length]);
    }

    #[test]
    fn what_two_modules_have_is_at_the_same_places() {
        let names = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (own, other, want) in [
            ("a b c", "c b a", "c b a"),
            ("own b x a more", "a gone b", "a own b x more"),
            ("b17h0123E a17h45E", "a17h67E b17h89E", "a17h45E b17h0123E"),
            ("a17h1E a17h2E", "a17h3E", "a17h1E a17h2E"),
            ("a", "gone gone a", "a"),
        ] {
            assert_eq!(as_beside(&names(own), &names(other)), names(want), "{own}");
        }
    }

    #[test]
    fn an_imported_memory_is_no_function() {
        for (limits, length) in [("\x01\x02\x04", 0x23), ("\0\x02", 0x22)] {
            let import = [b"\x01h\x06memory\x02", limits.as_bytes()].concat();
            let section = [&[2, length, 3][..], &MODULE[0x11..0x26], &import].concat();
            let module = [&MODULE[..0x0e], &section, &MODULE[0x26..]].concat();
            assert_eq!(imported(&module).unwrap(), 2);
            assert_eq!(functions(&module).unwrap(), functions(MODULE).unwrap());
        }
    }

    #[test]
    fn a_chosen_function_traps_and_the_others_stay() {
        let traps = trapping(MODULE, |name| name == "last").unwrap();
        let last = traps.windows(4).filter(|bytes| *bytes == [3, 0, 0, 0x0b]).count();
        assert_eq!((last, functions(&traps).unwrap()[0].0), (1, 3));
        assert_eq!(trapping(MODULE, |_| false).unwrap(), MODULE);
    }

    #[test]
    fn one_export_is_dropped_and_the_other_stays() {
        let exporting = |names: &[&str]| {
            let mut body = vec![names.len() as u8];
            for name in names {
                body.extend([name.len() as u8]);
                body.extend(name.as_bytes());
                body.extend([0, 2]);
            }
            [&MODULE[..HEADER], &[EXPORTS, body.len() as u8], &body].concat()
        };
        let without = with_exports(&exporting(&["grow", "hear"]), |name| name != "grow").unwrap();
        assert_eq!(without, exporting(&["hear"]));
    }

    #[test]
    fn a_cut_module_is_an_error() {
        for length in 0..MODULE.len() {
            // Cut between two sections, a module is only a shorter one.
            let _ = functions(&MODULE[..length]);
        }
        assert!(functions(&MODULE[..MODULE.len() - 1]).is_err());
        assert!(functions(b"not wasm").is_err());
    }
}
