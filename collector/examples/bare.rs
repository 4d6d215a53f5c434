//! What the bare store takes: the lines of standard input, as durably as a collector keeps them, into a table of a new
//! file, or of a data base of PostgreSQL, with nothing but them. Prints how many went in a second. `cargo xtask bench
//! collector` measures a collector beside it; nothing else needs it.

// It opens files and asks the clock, which is what it is for.
#![allow(clippy::disallowed_methods)]

use std::{
    error::Error,
    io::{self, BufRead as _},
    path::Path,
    time::{Duration, Instant},
};

use consentinel_collector::store::is_address;

/// Takes some lines in, with one commit.
type Take = Box<dyn FnMut(&[String]) -> Result<(), Box<dyn Error>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let usage = "usage: bare STORE TOGETHER: so many lines are in a commit";
    let together = words.next().zip(words.next().and_then(|word| word.parse::<usize>().ok()));
    let Some((store, together)) = together else {
        eprintln!("{usage}");
        std::process::exit(2);
    };
    let mut take = if is_address(Path::new(&store)) { postgres(&store) } else { sqlite(&store) }?;
    let (mut took, mut count) = (Duration::ZERO, 0_u64);
    let mut lines = io::stdin().lock().lines().map_while(io::Result::ok).peekable();
    while lines.peek().is_some() {
        let some: Vec<String> = lines.by_ref().take(together).collect();
        let begun = Instant::now();
        take(&some)?;
        took += begun.elapsed();
        count += some.len() as u64;
    }
    println!("{:.0}", count as f64 / took.as_secs_f64());
    Ok(())
}

fn sqlite(file: &str) -> Result<Take, Box<dyn Error>> {
    let mut connection = rusqlite::Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute("create table line (place integer primary key, line text)", [])?;
    Ok(Box::new(move |some| {
        let inserting = connection.transaction()?;
        for line in some {
            inserting.prepare_cached("insert into line (line) values (?)")?.execute([line])?;
        }
        Ok(inserting.commit()?)
    }))
}

fn postgres(address: &str) -> Result<Take, Box<dyn Error>> {
    let mut client = postgres::Client::connect(address, postgres::NoTls)?;
    client.batch_execute("create table line (line text)")?;
    let insert = client.prepare("insert into line select * from unnest($1::text[])")?;
    Ok(Box::new(move |some| Ok(client.execute(&insert, &[&some]).map(drop)?)))
}
