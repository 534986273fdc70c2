//! Files made to do harm, and files that are simply something else.

use super::*;
use crate::register::{columns::Unmatched, limits, unpack::unpack};
use proptest::prelude::*;

const HEAD: &str = "UPN,Surname,Forename,Date of birth,Year\n";

#[test]
fn hostile_cells_are_rejected_and_told_tamely() {
    for cell in [
        "=cmd|' /C calc'!A0",
        "@SUM(1+1)",
        "+441632960000",
        "-2+3",
        "<script>alert(1)</script>",
        "\u{202e}aramA",
        "Am\0ara",
        "\u{1b}]0;x\u{7}",
        "Robert'); DROP TABLE people;--",
    ] {
        let text = format!("{HEAD}{OSEI},Osei,\"{cell}\",04/03/2014,8\n");
        let incoming = read(vec![file("p.csv", &text)]).unwrap();
        assert_eq!((incoming.entries.len(), incoming.rejected.len()), (0, 1), "{cell:?}");
        let shown = incoming.rejected[0].value.clone().unwrap();
        assert!(!shown.contains(char::is_control) && !shown.contains('\u{202e}'), "{shown:?}");
    }
}

#[test]
fn a_cell_of_ten_megabytes_is_one_rejected_row() {
    let text = format!("{HEAD}{OSEI},Osei,{},04/03/2014,8\n{REID},Reid,Callum,,7\n", "A".repeat(10 << 20));
    let incoming = read(vec![file("p.csv", &text)]).unwrap();
    assert_eq!((names(&incoming), incoming.rejected.len()), (vec!["Reid, Callum".to_owned()], 1));
    assert!(incoming.rejected[0].value.as_ref().unwrap().len() < 200);
}

#[test]
fn a_quotation_mark_left_open_is_named_and_not_swallowed() {
    let rows: String = (0..200).map(|n| format!("{REID},Reid,Callum{n},,7\n")).collect();
    let incoming =
        read(vec![file("p.csv", &format!("{HEAD}{OSEI},Osei,\"Amara,04/03/2014,8\n{rows}"))]).unwrap();
    assert_eq!(faults(&incoming), [fault("p.csv, line 2", None, Why::Quote)]);
}

#[test]
fn file_names_cannot_lead_anywhere_or_disturb_a_terminal() {
    assert_eq!(&*NamedFile::new("../../etc/passwd\u{1b}[2J", Vec::new()).name, "passwd\u{fffd}[2J");
    assert_eq!(&*NamedFile::new("C:\\Users\\x\\p.csv", Vec::new()).name, "p.csv");
}

#[test]
fn what_is_no_list_says_so() {
    let workbook = zip_of(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]);
    let is_a_workbook = NotOpened::Workbook { file: "p.csv".into() };
    let not_a_list = NotOpened::NotAList { file: "p.csv".into() };
    let no_rows = NotOpened::NoRows { file: "p.csv".into() };
    for (bytes, why) in [
        (Vec::new(), NotOpened::Empty),
        (b"\xd0\xcf\x11\xe0old".to_vec(), is_a_workbook.clone()),
        (workbook, is_a_workbook),
        (b"%PDF-1.7".to_vec(), not_a_list.clone()),
        ((0..255).cycle().take(9_000).collect(), not_a_list),
        (HEAD.as_bytes().to_vec(), no_rows.clone()),
        (b"\n\n\n".to_vec(), no_rows),
        (b"hello\nworld\n".to_vec(), NotOpened::Columns { why: Unmatched::Name }),
    ] {
        assert_eq!(read(vec![NamedFile::new("p.csv", bytes)]), Err(why));
    }
    let two = vec![file("a.csv", HEAD), file("b.csv", HEAD)];
    assert_eq!(read(two), Err(NotOpened::NotABundle));
    let wide = format!("{}\n{}\n", "Surname,".repeat(600), "a,".repeat(600));
    assert_eq!(read(vec![file("p.csv", &wide)]), Err(NotOpened::TooMany { file: "p.csv".into() }));
    let large = NamedFile::new("p.csv", vec![b'a'; limits::SENT + 1]);
    assert_eq!(read(vec![large]), Err(NotOpened::too_large()));
}

#[test]
fn archives_that_lead_elsewhere_or_hide_something_are_refused() {
    let refused =
        |entries: &[(&str, &[u8])]| read(vec![NamedFile::new("a.zip", zip_of(entries))]).unwrap_err();
    let list = format!("{HEAD}{OSEI},Osei,Amara,,8\n");
    let list = list.as_bytes();
    for path in ["../p.csv", "/etc/p.csv", "a/../../p.csv", "C:p.csv", "a\\..\\p.csv"] {
        assert!(matches!(refused(&[(path, list)]), NotOpened::Path { .. }), "{path}");
    }
    assert_eq!(
        refused(&[("inner.zip", &zip_of(&[("p.csv", list)]))]),
        NotOpened::Nested { file: "inner.zip".into() }
    );
    assert_eq!(refused(&[("a/p.csv", list), ("b/P.CSV", list)]), NotOpened::Twice { file: "P.CSV".into() });
    assert_eq!(refused(&[("readme.txt", b"x")]), NotOpened::Empty);
    let many: Vec<String> = (0..=limits::ENTRIES).map(|n| format!("{n}.txt")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    assert_eq!(refused(&many), NotOpened::Bomb);
    let mut torn = zip_of(&[("p.csv", list)]);
    torn.truncate(torn.len() - 20);
    assert_eq!(read(vec![NamedFile::new("a.zip", torn)]), Err(NotOpened::Zip));
    let mac = [("__MACOSX/._p.csv", b"x".as_slice()), ("p.csv", list)];
    assert_eq!(read(vec![NamedFile::new("a.zip", zip_of(&mac))]).unwrap().entries.len(), 1);
}

#[test]
fn an_archive_that_unpacks_without_end_is_stopped_whatever_it_declares() {
    const MOST: usize = 1 << 20;
    let mut bomb = zip_of(&[("a.csv", &[b'a'; MOST / 2]), ("b.csv", &[b'a'; MOST])]);
    assert!(bomb.len() < 10_000);
    let unpacked =
        |bytes: &[u8], most| unpack(&NamedFile::new("a.zip", bytes.to_vec()), most).map(|files| files.len());
    assert_eq!(unpacked(&bomb, MOST * 2), Ok(2));
    assert_eq!(unpacked(&bomb, MOST), Err(NotOpened::Bomb));
    // A small size declared in both headers changes nothing.
    let size = u32::try_from(MOST).unwrap().to_le_bytes();
    while let Some(at) = bomb.windows(4).position(|bytes| bytes == size) {
        bomb[at..at + 4].copy_from_slice(&9u32.to_le_bytes());
    }
    assert!(matches!(unpacked(&bomb, MOST), Err(NotOpened::Bomb | NotOpened::Zip)));
}

#[test]
fn xml_that_declares_entities_is_refused_before_they_are_used() {
    let laughs =
        "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><CTfile>&b;</CTfile>";
    let external = "<!DOCTYPE l SYSTEM 'http://127.0.0.1/x'><CTfile/>";
    for text in [laughs, external] {
        assert_eq!(read(vec![file("a.xml", text)]), Err(NotOpened::Entities { file: "a.xml".into() }));
    }
}

#[test]
fn deep_and_wordy_xml_stays_small() {
    let deep = format!("<CTfile>{}", "<a>".repeat(1_000_000));
    assert_eq!(read(vec![file("a.xml", &deep)]), Err(NotOpened::Malformed { file: "a.xml".into() }));
    let wordy = format!(
        "<CTfile><Pupil><UPN>{OSEI}</UPN><Surname>{}</Surname><Forename>Amara</Forename></Pupil></CTfile>",
        "A".repeat(10 << 20)
    );
    let incoming = read(vec![file("a.xml", &wordy)]).unwrap();
    let too_long = Why::Name { why: NotAName::TooLong };
    assert_eq!(faults(&incoming), [fault("a.xml, pupil 1", Some(Field::FamilyName), too_long)]);
}

proptest! {
    #[test]
    fn any_bytes_can_be_opened(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(vec![NamedFile::new("a.csv", bytes)]);
    }

    #[test]
    fn any_text_under_good_headings_can_be_read(text in "(\\PC|[\n\r\",\t]){0,200}") {
        if let Ok(incoming) = read(vec![file("a.csv", &format!("{HEAD}{text}"))]) {
            for rejected in &incoming.rejected {
                prop_assert!(rejected.value.as_ref().is_none_or(|shown| !shown.contains(char::is_control)));
            }
        }
    }

    #[test]
    fn any_damage_to_an_archive_can_be_opened(at in 0usize..200, byte in any::<u8>()) {
        let mut bytes = zip_of(&[("p.csv", format!("{HEAD}{OSEI},Osei,Amara,,8\n").as_bytes())]);
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(vec![NamedFile::new("a.zip", bytes)]);
    }

    #[test]
    fn any_xml_can_be_read(text in "(<[/a-zA-Z!?]{0,6}>?|&[a-z#0-9]{0,3};|\\PC|</Pupil>|<Pupil>|<CTfile>){0,60}") {
        let _ = read(vec![file("a.xml", &format!("<CTfile>{text}</CTfile>"))]);
    }
}
