//! Saying something to whoever typed a command: the one way for all of them. `print_stdout` and `print_stderr` of clippy keep
//! out the others, which stop the program where the reader has had enough.

use std::io::{self, Write};

/// Prints a line on standard output, written as for `format!`.
macro_rules! say {
    ($($words:tt)*) => { $crate::cli::said::line(&format!($($words)*)) };
}
pub(super) use say;

/// Prints a line. Whoever reads it, `head` or `less`, may stop before the end: that is no error of ours.
///
/// # Errors
/// Standard output cannot be written to for another reason, such as a full disk.
pub fn line(words: &str) -> io::Result<()> {
    to(io::stdout().lock(), &format!("{words}\n"))
}

/// Prints a question, whose answer is typed on the same line.
///
/// # Errors
/// As for [`line`].
pub fn question(words: &str) -> io::Result<()> {
    to(io::stdout().lock(), words)
}

/// Prints a line beside the command's own words: how far it is, and what went wrong. Where even that cannot be written
/// there is nobody left to tell.
pub fn aside(words: &str) {
    drop(to(io::stderr().lock(), &format!("{words}\n")));
}

fn to(mut out: impl Write, words: &str) -> io::Result<()> {
    match out.write_all(words.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        said => said,
    }
}
