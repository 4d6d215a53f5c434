//! Senders: threads with one connection each, on loopback, which send a browser's records in their order and wait for each
//! answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::scratch::LOG;

/// How many there are.
const SENDERS: usize = 64;

/// Sends the records of these browsers; how long all took, and how long each waited for its answer.
pub fn send(address: &str, browsers: &[Vec<String>]) -> Result<(Duration, Vec<Duration>)> {
    let next = AtomicUsize::new(0);
    let mut waits = Vec::new();
    let begun = Instant::now();
    thread::scope(|scope| {
        let sender = || scope.spawn(|| sender(address, browsers, &next));
        let senders: Vec<_> = (0..SENDERS).map(|_| sender()).collect();
        for sender in senders {
            match sender.join() {
                Ok(sent) => waits.extend(sent?),
                Err(_) => bail!("a sender broke down"),
            }
        }
        Ok(())
    })?;
    Ok((begun.elapsed(), waits))
}

fn sender(address: &str, browsers: &[Vec<String>], next: &AtomicUsize) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).context("connecting to the collector")?;
    stream.set_nodelay(true)?;
    let (mut waits, mut answer) = (Vec::new(), [0; 4096]);
    while let Some(lines) = browsers.get(next.fetch_add(1, Ordering::Relaxed)) {
        for line in lines {
            let request = format!(
                "POST /v1/records HTTP/1.1\r\nHost: bench\r\nOrigin: https://{LOG}\r\n\
                 Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{line}",
                line.len()
            );
            let begun = Instant::now();
            stream.write_all(request.as_bytes()).context("sending a record")?;
            // An answer is shorter than one packet.
            let count = stream.read(&mut answer).context("reading an answer")?;
            waits.push(begun.elapsed());
            if !answer.get(..count).is_some_and(|answer| answer.starts_with(b"HTTP/1.1 201")) {
                bail!("a record was not kept: {}", String::from_utf8_lossy(&answer[..count]));
            }
        }
    }
    Ok(waits)
}
