//! What the bare store takes: the lines of standard input, as durably as a collector keeps them, into a table of a new
//! file with nothing but them. Prints how many went in a second. `cargo xtask bench collector` measures a collector
//! beside it; nothing else needs it.

// It opens files and asks the clock, which is what it is for.
#![allow(clippy::disallowed_methods)]

use std::{
    io::{self, BufRead as _},
    time::{Duration, Instant},
};

use rusqlite::{Connection, Result};

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let usage = "usage: bare FILE TOGETHER: so many lines are in a commit";
    let together = words.next().zip(words.next().and_then(|word| word.parse::<usize>().ok()));
    let Some((file, together)) = together else {
        eprintln!("{usage}");
        std::process::exit(2);
    };
    let mut connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute("create table line (place integer primary key, line text)", [])?;
    let (mut took, mut count) = (Duration::ZERO, 0_u64);
    let mut lines = io::stdin().lock().lines().map_while(io::Result::ok).peekable();
    while lines.peek().is_some() {
        let some: Vec<String> = lines.by_ref().take(together).collect();
        let begun = Instant::now();
        let inserting = connection.transaction()?;
        for line in &some {
            inserting.prepare_cached("insert into line (line) values (?)")?.execute([line])?;
        }
        inserting.commit()?;
        took += begun.elapsed();
        count += some.len() as u64;
    }
    println!("{:.0}", count as f64 / took.as_secs_f64());
    Ok(())
}
