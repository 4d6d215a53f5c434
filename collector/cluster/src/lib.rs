//! A PostgreSQL of its own for whoever measures or tests: a cluster in a new folder, reached by a socket in that folder
//! alone where no setting says otherwise, run by Debian's programs as a user who is not root. It ends with the program that started it, whatever ends
//! that: a shell beside it waits for the end of its input, which is ours. `cargo xtask bench collector` uses it, too.

use std::{
    env, fs,
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
};

/// Starts the server, stops it once our end of the pipe is closed, and takes its folder away. An interrupt, which a terminal
/// sends to all that it started, does not end it before that.
const WATCH: &str = r#"trap '' INT TERM HUP; folder=$1; shift; "$@" & server=$!; echo "$server"; read -r _
kill -QUIT "$server"; wait "$server"; rm -rf "$folder""#;
/// What the server says when it can be asked.
const READY: &str = "database system is ready to accept";

/// A server that runs.
pub struct Cluster {
    folder: PathBuf,
    port: String,
    watch: Child,
    /// The process of the server itself.
    server: u32,
}

impl Cluster {
    /// Begins one in this folder, which is there and whose path is short, with these settings.
    pub fn begin(folder: &Path, settings: &[&str]) -> io::Result<Cluster> {
        owned(folder)?;
        let data = folder.join("data");
        let initdb = as_server("initdb")?
            .args([
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "--username=consentinel",
                "--no-sync",
                "--locale=C",
            ])
            .args(["--encoding=UTF8", "--pgdata"])
            .arg(&data)
            .output()?;
        ended("initdb", &initdb)?;
        Cluster::start(folder, settings)
    }

    /// Copies this one, while it runs, into another folder, and starts the copy as its standby.
    pub fn standby(&self, folder: &Path, settings: &[&str]) -> io::Result<Cluster> {
        owned(folder)?;
        let copied = as_server("pg_basebackup")?
            .args(["--username=consentinel", "--write-recovery-conf", "--no-sync"])
            .args(["--checkpoint=fast", "--host"])
            .arg(&self.folder)
            .arg("--pgdata")
            .arg(folder.join("data"))
            .output()?;
        ended("pg_basebackup", &copied)?;
        Cluster::start(folder, settings)
    }

    fn start(folder: &Path, settings: &[&str]) -> io::Result<Cluster> {
        let server = program("postgres")?;
        let mut command = as_server_user(Command::new("sh"))?;
        command.args(["-c", WATCH, "sh"]).arg(folder).arg(server);
        command.arg("-D").arg(folder.join("data"));
        let socket = format!("unix_socket_directories={}", folder.display());
        for setting in ["listen_addresses=", "max_connections=200", "fsync=off", &socket]
            .into_iter()
            .chain(settings.iter().copied())
        {
            command.args(["-c", setting]);
        }
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut watch = command.spawn()?;
        let (Some(out), Some(errors)) = (watch.stdout.take(), watch.stderr.take()) else {
            return Err(io::Error::other("the server has no output"));
        };
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let server = line.trim().parse().map_err(io::Error::other)?;
        let port = settings.iter().find_map(|setting| setting.strip_prefix("port="));
        let port = port.unwrap_or("5432").to_owned();
        let cluster = Cluster { folder: folder.to_path_buf(), port, watch, server };
        let (told, ready) = mpsc::channel();
        // It reads to the end, so that the server never waits for whoever reads.
        thread::spawn(move || {
            let mut said = String::new();
            for line in BufReader::new(errors).lines().map_while(io::Result::ok) {
                if line.contains(READY) {
                    let _ = told.send(Ok(()));
                } else if said.len() < 4000 {
                    said += &format!("{line}\n");
                }
            }
            let _ = told.send(Err(said));
        });
        match ready.recv() {
            Ok(Ok(())) => Ok(cluster),
            Ok(Err(said)) => Err(io::Error::other(format!("PostgreSQL did not start: {said}"))),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// The file of its socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(format!(".s.PGSQL.{}", self.port))
    }

    /// Has it do something, as its owner; what it answers.
    pub fn say(&self, text: &str) -> io::Result<String> {
        let said = Command::new(program("psql")?)
            .args(["--no-psqlrc", "--no-align", "--tuples-only", "--quiet"])
            .args(["--set=ON_ERROR_STOP=1", "--username=consentinel", "--dbname=postgres"])
            .arg("--host")
            .arg(&self.folder)
            .args(["--port", &self.port, "--command", text])
            .output()?;
        ended("psql", &said)?;
        Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
    }

    /// An address of it, with more options behind `&`.
    pub fn address(&self, options: &str) -> String {
        address(&[self], options)
    }

    /// Ends it in the middle of whatever it does.
    pub fn kill(&mut self) -> io::Result<()> {
        let killed = Command::new("kill").args(["-KILL", &self.server.to_string()]).status()?;
        if !killed.success() {
            return Err(io::Error::other("the server could not be killed"));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
    }
}

/// The address of several, of which the one that takes writes is meant.
pub fn address(clusters: &[&Cluster], options: &str) -> String {
    let hosts: Vec<String> = clusters
        .iter()
        .map(|cluster| {
            let folder = cluster.folder.display().to_string().replace('/', "%2F");
            format!("{folder}:{}", cluster.port)
        })
        .collect();
    format!(
        "postgres://consentinel@{}/postgres?target_session_attrs=read-write{options}",
        hosts.join(",")
    )
}

/// Gives a folder to the user of the server.
fn owned(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some((user, group)) = user()? {
        std::os::unix::fs::chown(folder, Some(user), Some(group))?;
    }
    Ok(())
}

fn as_server(name: &str) -> io::Result<Command> {
    as_server_user(Command::new(program(name)?))
}

/// A program that runs as the user of the server.
fn as_server_user(mut command: Command) -> io::Result<Command> {
    // The folder that we were started in may be closed to them.
    command.current_dir("/").env("LC_ALL", "C");
    #[cfg(unix)]
    if let Some((user, group)) = user()? {
        use std::os::unix::process::CommandExt as _;
        command.uid(user).gid(group);
    }
    Ok(command)
}

/// Who that is where we are root, which no server of PostgreSQL may be: Debian's `postgres`.
fn user() -> io::Result<Option<(u32, u32)>> {
    let id = |arguments: &[&str]| -> io::Result<u32> {
        let said = Command::new("id").args(arguments).output()?;
        String::from_utf8_lossy(&said.stdout).trim().parse().map_err(io::Error::other)
    };
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)))
}

/// A program of the newest version that Debian's packages have put there, or the one that the system finds.
pub fn program(name: &str) -> io::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            let number: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((number, entry.path().join("bin").join(name)))
        })
        .filter(|(_, program)| program.is_file())
        .max();
    let elsewhere = env::var_os("PATH").and_then(|paths| {
        env::split_paths(&paths).map(|path| path.join(name)).find(|program| program.is_file())
    });
    newest.map(|(_, program)| program).or(elsewhere).ok_or_else(|| {
        io::Error::other(format!(
            "missing: `{name}` of PostgreSQL; `cargo xtask tools` installs it"
        ))
    })
}

fn ended(what: &str, output: &std::process::Output) -> io::Result<()> {
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("{what}: {}", String::from_utf8_lossy(&output.stderr))))
}
