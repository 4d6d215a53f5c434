//! Writes a module as what differs from another one that whoever reads it has already: the second module of the tag beside
//! the first. Both read the policy and judge, so a third of the second part goes (docs/sizes.md).
//!
//! The form, which `www/js/patched.js` reads; all numbers are in LEB128, as those of modules are:
//!
//! 1. the length of the module, which is never written as a zero, with which whole modules begin;
//! 2. the bytes that only the new module has, with their number before them, in the order of the steps;
//! 3. the bytes to be added to some that are copied, likewise, in the order of their places;
//! 4. the steps, until the length is reached: how far to go in the old module, from where the last step ended and with
//!    the sign as the lowest bit ("zigzag"), how many bytes to copy from there, and how many of the new ones follow;
//! 5. the places of those that change, each as the distance from the one before, the first from the beginning; behind
//!    them a distance that leads past the end.
//!
//! Numbers, bytes and changes stand apart because each compresses better among its own (20 163 bytes after brotli for
//! 29 465; 21 056 in one line).

use std::convert::Infallible;

use anyhow::Result;
use bidiff::{DiffParams, Translator, diff};

use crate::wasm::write_number;

/// What makes `new` of `old`.
pub fn delta(old: &[u8], new: &[u8]) -> Result<Vec<u8>> {
    let (mut own, mut steps) = (Vec::new(), Vec::new());
    let (mut changes, mut places) = (Vec::new(), Vec::new());
    let (mut at, mut last, mut seek) = (0, 0, 0);
    let mut found = Vec::new();
    let mut translator = Translator::new(old, new, |step| {
        found.push((step.add.to_vec(), step.copy.to_vec(), step.seek));
        Ok::<_, Infallible>(())
    });
    diff(old, new, &DiffParams::default(), |step| translator.translate(step))?;
    translator.close()?;
    for (added, copied, behind) in found {
        write_number(zigzag(seek)?, &mut steps)?;
        write_number(added.len(), &mut steps)?;
        write_number(copied.len(), &mut steps)?;
        for (place, change) in (at..).zip(&added).filter(|(_, change)| **change != 0) {
            write_number(place - last, &mut places)?;
            changes.push(*change);
            last = place;
        }
        at += added.len() + copied.len();
        own.extend(copied);
        seek = behind;
    }
    write_number(new.len() - last, &mut places)?;
    let mut out = Vec::new();
    write_number(new.len(), &mut out)?;
    for run in [own, changes] {
        write_number(run.len(), &mut out)?;
        out.extend(run);
    }
    Ok([out, steps, places].concat())
}

/// A number with its sign as the lowest bit.
fn zigzag(number: i64) -> Result<usize> {
    Ok(usize::try_from((number << 1) ^ (number >> 63))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(delta: &[u8], at: &mut usize) -> usize {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = delta[*at];
            *at += 1;
            value |= usize::from(byte & 127) << shift;
            if byte < 128 {
                break;
            }
        }
        value
    }

    /// As the page does it.
    fn patched(old: &[u8], delta: &[u8]) -> Vec<u8> {
        let mut at = 0;
        let length = number(delta, &mut at);
        let run = |at: &mut usize| {
            let length = number(delta, at);
            *at += length;
            *at - length
        };
        let (mut own, change) = (run(&mut at), run(&mut at));
        let (mut made, mut from) = (Vec::<u8>::new(), 0_usize);
        while made.len() < length {
            let step = number(delta, &mut at) as i64;
            from = from.wrapping_add_signed(((step >> 1) ^ -(step & 1)) as isize);
            let copied = number(delta, &mut at);
            made.extend(&old[from..from + copied]);
            from += copied;
            let added = number(delta, &mut at);
            made.extend(&delta[own..own + added]);
            own += added;
        }
        let mut place = number(delta, &mut at);
        for change in &delta[change..] {
            if place >= length {
                break;
            }
            made[place] = made[place].wrapping_add(*change);
            place += number(delta, &mut at);
        }
        assert_eq!((at, place), (delta.len(), length), "all of it is read");
        made
    }

    #[test]
    fn what_a_delta_makes_is_the_module() {
        let old: Vec<u8> = (0..4000_u32).map(|at| (at * at / 7) as u8).collect();
        let mut moved = old.clone();
        moved.rotate_left(1234);
        moved[77] ^= 0x80;
        moved.splice(2000..2001, [1, 2, 3]);
        for (name, new) in [
            ("the same", old.clone()),
            ("in another order, with a change and an insertion", moved),
            ("the end alone", old[3000..].to_vec()),
            ("nothing of it", vec![0; 300]),
            ("one byte", vec![0]),
        ] {
            let delta = delta(&old, &new).unwrap();
            assert_eq!(patched(&old, &delta), new, "{name}");
            assert_ne!(delta[0], 0, "{name}");
        }
        assert!(delta(&old, &old).unwrap().len() < 20);
    }
}
