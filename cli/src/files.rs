//! Opens what the arguments name, and writes what a command made of it; the only file that opens
//! files. What the bytes mean, not even whether they are text, is decided elsewhere.

use std::fs::{self, File};
use std::io::{self, BufWriter, Cursor, Read, Write};
use std::path::{Path, PathBuf};

use consentinel_collector::store::{Lines, Receipt, is_store};
use tempfile::NamedTempFile;

use crate::error::{Error, is_standard, name};

/// How much of a file is looked at to tell what kind of file it is.
const START: u64 = 4096;
/// How much is written, or read for writing, at a time.
pub const AT_A_TIME: usize = 256 * 1024;

/// A file that is open, or standard input.
pub struct Input {
    /// Its first bytes, which are read again with the rest.
    pub start: Vec<u8>,
    /// How many bytes there are, where that is known.
    pub length: Option<u64>,
    rest: Box<dyn Read + Send>,
}

impl Input {
    /// Opens a file, or standard input. The store of a collector is the export that it can be read as.
    pub fn open(path: &Path) -> Result<Input, Error> {
        let failed = |error| Error::input(path, &error);
        let mut length = None;
        let rest: Box<dyn Read + Send> = if is_standard(path) {
            Box::new(io::stdin())
        } else if is_store(path) {
            Box::new(Lines::open(path).map_err(|error| Error::store(path, &error))?)
        } else {
            let file = File::open(path).map_err(failed)?;
            length = file.metadata().ok().filter(fs::Metadata::is_file).map(|file| file.len());
            Box::new(file)
        };
        Input::of(path, rest, length)
    }

    /// What is told of one browser: of a store its records alone, found by an index, and when each came; of anything else
    /// all of it.
    pub fn about(path: &Path, subject: &str) -> Result<(Input, Vec<Receipt>), Error> {
        if is_standard(path) || !is_store(path) {
            return Ok((Input::open(path)?, Vec::new()));
        }
        let found = Lines::of_browser(path, subject).map_err(|error| Error::store(path, &error))?;
        let (lines, receipts) = found;
        Ok((Input::of(path, Box::new(lines), None)?, receipts))
    }

    fn of(path: &Path, rest: Box<dyn Read + Send>, length: Option<u64>) -> Result<Input, Error> {
        let (mut rest, mut start) = (rest, Vec::new());
        let read = rest.by_ref().take(START).read_to_end(&mut start);
        read.map_err(|error| Error::input(path, &error))?;
        Ok(Input { start, length, rest })
    }

    /// All its bytes in a stream.
    pub fn into_reader(self) -> impl Read + Send {
        Cursor::new(self.start).chain(self.rest)
    }

    /// All its bytes. Of something longer than `most` only so much is read that the caller sees it is
    /// longer: a wrong path must not fill the memory.
    pub fn into_bytes(self, path: &Path, most: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let read = self.into_reader().take(most.saturating_add(1)).read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(|error| Error::input(path, &error))
    }
}

/// The bytes of a file, or of standard input; see [`Input::into_bytes`].
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    Input::open(path)?.into_bytes(path, most)
}

/// A path, or all files below it, in the order of their names.
pub fn below(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error| Error::input(path, &error);
    if is_standard(path) || !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(below(&entry)?);
    }
    Ok(files)
}

/// Writes a new file, whole or not at all. A file that exists stays: it may be the very evidence
/// that was read.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut output = Output::create(path)?;
    output.write(bytes)?;
    output.finish()
}

/// Somewhere to write to in a stream.
pub struct Output {
    name: String,
    writer: BufWriter<Box<dyn Write + Send>>,
    /// A file that is not whole yet.
    unfinished: Option<PathBuf>,
}

impl Output {
    /// Standard output, or a new file.
    pub fn new(path: Option<&Path>) -> Result<Output, Error> {
        match path.filter(|path| !is_standard(path)) {
            Some(path) => Output::create(path),
            None => Ok(Output {
                name: String::from("standard output"),
                writer: BufWriter::with_capacity(AT_A_TIME, Box::new(io::stdout())),
                unfinished: None,
            }),
        }
    }

    fn create(path: &Path) -> Result<Output, Error> {
        let name = name(path);
        let file = File::create_new(path).map_err(|error| Error::output(&name, &error))?;
        let unfinished = Some(path.to_path_buf());
        Ok(Output { name, writer: BufWriter::with_capacity(AT_A_TIME, Box::new(file)), unfinished })
    }

    /// How a message names it.
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// Writes bytes. A reader that has seen enough (`| head`) is no failure.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = self.writer.write_all(bytes);
        self.checked(written)
    }

    /// Says that all is written.
    pub fn finish(mut self) -> Result<(), Error> {
        let flushed = self.writer.flush();
        self.checked(flushed)?;
        self.unfinished = None;
        Ok(())
    }

    fn checked(&self, written: io::Result<()>) -> Result<(), Error> {
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| Error::output(&self.name, &error)),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(path) = &self.unfinished {
            // If the part cannot be removed either, the message still says that the file is no good.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether two paths lead to one file that there is.
pub fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// A file that takes the place of another once it is whole, or is gone.
pub struct Replacement {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Replacement {
    /// Begins a file that shall take this place.
    pub fn of(path: &Path) -> Result<Replacement, Error> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
        let file = file.map_err(|error| Error::output(&name(path), &error))?;
        Ok(Replacement {
            path: path.to_path_buf(),
            file: BufWriter::with_capacity(AT_A_TIME, file),
        })
    }

    /// Writes bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|error| Error::output(&name(&self.path), &error))
    }

    /// Writes a line.
    pub fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        let written = self.file.write_all(line).and_then(|()| self.file.write_all(b"\n"));
        written.map_err(|error| Error::output(&name(&self.path), &error))
    }

    /// Writes what is left to read of a file.
    pub fn all_of(&mut self, other: &mut File) -> Result<(), Error> {
        let flushed = self.file.flush();
        let copied = flushed.and_then(|()| io::copy(other, self.file.get_mut().as_file_mut()));
        copied.map(drop).map_err(|error| Error::output(&name(&self.path), &error))
    }

    /// Takes the place.
    pub fn finish(self) -> Result<(), Error> {
        let failed = |error: io::Error| Error::output(&name(&self.path), &error);
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        // As the one before it could be read, or as new files are here.
        if let Ok(before) = fs::metadata(&self.path) {
            file.as_file().set_permissions(before.permissions()).map_err(failed)?;
        } else {
            readable(file.as_file()).map_err(failed)?;
        }
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// Temporary files are for their owner alone; what is to be handed on is for others, too.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &File) -> io::Result<()> {
    Ok(())
}

/// Writes a new file that its owner alone can read.
pub fn create_secret(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error| Error::output(&name(path), &error);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).and_then(|mut file| file.write_all(bytes)).map_err(failed)
}

/// Whether these files may be written into a folder: all that are there are named at once.
pub fn free(folder: &Path, names: &[&str], is_forced: bool) -> Result<(), Error> {
    let taken: Vec<&str> =
        names.iter().copied().filter(|name| folder.join(name).exists()).collect();
    if taken.is_empty() || is_forced {
        return Ok(());
    }
    let found = format!("{} is there already", taken.join(", "));
    Err(Error::unfit(folder, &found, "name another folder, or write over it with `--force`"))
}
