//! What a command prints, for every command. `print_stdout` and `print_stderr` of clippy keep out direct
//! printing, which stops the program when its reader, such as `head`, has had enough.

use std::{
    error::Error,
    io::{self, Write},
    iter,
};

/// Prints a line on standard output, written as for `format!`.
macro_rules! say {
    ($($words:tt)*) => { $crate::cli::console::line(&format!($($words)*)) };
}
pub(super) use say;

/// Prints a line. Its reader, such as `head` or `less`, may stop before the end: that is no error of ours.
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

/// Prints a line beside the command's own words: how far it is, and what went wrong. If even that cannot be
/// written there is no one left to tell.
pub fn aside(words: &str) {
    drop(to(io::stderr().lock(), &format!("{words}\n")));
}

/// An error and what caused it. Some errors end with the words of their cause already, which are not said
/// twice.
pub fn causes(error: &dyn Error) -> String {
    let chain = iter::successors(Some(error), |error| (*error).source());
    let mut words: Vec<String> = chain.map(ToString::to_string).collect();
    words.dedup_by(|cause, error| error.ends_with(cause.as_str()));
    words.join(": ")
}

fn to(mut out: impl Write, words: &str) -> io::Result<()> {
    match out.write_all(words.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        said => said,
    }
}
