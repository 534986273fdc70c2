//! Bytes to text: UTF-8, UTF-16 and Windows-1252, with or without a byte order mark.

use super::error::NotOpened;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Reads text. What is not valid UTF-8 and has no mark is Windows-1252, as older exports and Excel's "CSV" are.
pub(super) fn text(name: &str, bytes: &[u8]) -> Result<String, NotOpened> {
    if bytes.is_empty() {
        return Err(NotOpened::Empty);
    }
    // Workbooks (.xls), PDF, pictures, programs.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(NotOpened::Workbook { file: name.into() });
    }
    let text = match (Encoding::for_bom(bytes), std::str::from_utf8(bytes), unmarked_utf16(bytes)) {
        (Some((encoding, mark)), _, _) => encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(),
        (None, _, Some(encoding)) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        (None, Ok(text), None) => text.to_owned(),
        (None, Err(_), None) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    let is_odd = |c: &char| c.is_control() && !matches!(c, '\r' | '\n' | '\t');
    let odd = text.chars().take(4_000).filter(is_odd).count();
    match odd > 40 || bytes.starts_with(b"%PDF") {
        true => Err(NotOpened::NotAList { file: name.into() }),
        false => Ok(text),
    }
}

/// Reads XML: as text, unless its declaration names an encoding that the bytes do not show by themselves.
pub(super) fn xml(name: &str, bytes: &[u8]) -> Result<String, NotOpened> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let declared =
        head.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()?.split("encoding").nth(1));
    let label = declared.and_then(|rest| rest.split(['"', '\'']).nth(1));
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    match encoding {
        Some(encoding) if encoding == WINDOWS_1252 => {
            Ok(encoding.decode_without_bom_handling(bytes).0.into_owned())
        }
        Some(_) | None => text(name, bytes),
    }
}

/// UTF-16 without a mark shows by every other byte being nought, in headings at least.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(64)];
    let noughts = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let most = head.len() * 2 / 5;
    match (head.len() >= 8, noughts(1) > most, noughts(0) > most) {
        (true, true, false) => Some(UTF_16LE),
        (true, false, true) => Some(UTF_16BE),
        (_, _, _) => None,
    }
}
