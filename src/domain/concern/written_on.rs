//! The page a report is written on, and which version of its draft that page was drawn with: of two pages with the same
//! draft the older never wins. What it saves is kept beside the newer version, not in its place.

use std::{fmt, str::FromStr};

/// One page of the report form, open on some device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenOn {
    /// Names the page: drawn with it, and the same for as long as it is open. Empty for a form that does not say.
    pub page: String,
    /// The version of the draft that the page was drawn with; 0 if there was none.
    pub version: i32,
}

impl WrittenOn {
    /// Whether what this page saves takes the place of a draft that was saved last as `stored` says. It does if the page
    /// saved it last itself, or showed what was saved last; any other page has not seen the words it would replace.
    pub fn may_replace(&self, stored: &Self) -> bool {
        stored.version == 0 || stored.page == self.page || stored.version == self.version
    }
}

impl fmt::Display for WrittenOn {
    /// As the page's form carries it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.page, self.version)
    }
}

/// Not what a page of ours carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what a page of the report form carries")]
pub struct NotAPage;

impl FromStr for WrittenOn {
    type Err = NotAPage;

    fn from_str(typed: &str) -> Result<Self, NotAPage> {
        let (page, version) = typed.split_once('.').ok_or(NotAPage)?;
        let is_a_name = (8..=64).contains(&page.len())
            && page.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        let version: i32 = version.parse().map_err(|_| NotAPage)?;
        if !is_a_name || version < 0 {
            return Err(NotAPage);
        }
        Ok(Self { page: page.to_owned(), version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(page: &str, version: i32) -> WrittenOn {
        WrittenOn { page: page.to_owned(), version }
    }

    #[test]
    fn the_older_of_two_pages_never_wins() {
        let saved_last = on("telephone", 3);
        assert!(on("telephone", 0).may_replace(&saved_last), "it saved that itself");
        assert!(on("a laptop", 3).may_replace(&saved_last), "it shows what was saved last");
        assert!(!on("a laptop", 2).may_replace(&saved_last), "it shows less than was saved since");
        assert!(!on("a laptop", 4).may_replace(&saved_last), "it shows another draft");
        assert!(!on("", 0).may_replace(&saved_last), "a page that does not say what it shows");
        assert!(on("a laptop", 0).may_replace(&on("", 0)), "nothing was saved yet");
    }

    #[test]
    fn what_a_page_carries_comes_back() {
        for page in [on("abcdefgh", 0), on("a-Z_0123456789", i32::MAX)] {
            assert_eq!(page.to_string().parse(), Ok(page));
        }
        for typed in
            ["", ".", "abcdefgh", "abcdefgh.", "abcdefgh.-1", "short.1", "abcdefg h.1", "abcdefgh.1.1"]
        {
            assert_eq!(typed.parse::<WrittenOn>(), Err(NotAPage), "{typed}");
        }
    }
}
