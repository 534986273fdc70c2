//! Saying something on standard output, to a reader that may have had enough.

use std::io::{self, Write};

/// Prints a line. Whoever reads it, `head` or `less`, may stop before the end: that is no error of ours.
///
/// # Errors
/// Standard output cannot be written to for another reason, such as a full disk.
pub fn line(words: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{words}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        said => said,
    }
}
