//! Plain lists as three systems export them, in the encodings and dates they use.

use super::*;
use crate::{
    domain::people::register::{
        context::{Flag, Send},
        field::Field,
        incoming::{FieldValue, Group},
        source::Source,
    },
    register::columns::{ColumnMatch, Unmatched},
};

const SIMS: &str = "Adno,UPN,Legal Surname,Legal Forename,Preferred Forename,DOB,Year,Reg Group,SEN Status,In Care,Home Email
001234,B801200005001,O'Brien,Zoë,Zo,04/03/2014,Year  8,8B,K - SEN Support,F,zoe@home.example
001235,P207000016049,Reid,Callum,,06/05/2015,Year  7,7A,N,,
";
const ARBOR: &str = "Arbor Student ID,UPN,Legal First Name,Legal Last Name,Preferred First Name,Date of Birth,Year group(s) this academic year,Registration form,SEN status
17,B801200005001,Zoë,O'Brien,Zo,4 Mar 2014,Year 8,8B,SEN Support
";
const BROMCOM: &str = "Last Name,First Name,Admission Number,UPN,Gender,Year Group,Tutor Group,Date of Birth
O'Brien,Zoë,001234,B801200005001,Female,8,8B,2014-03-04
";
const STAFF: &str = "Staff Code,Surname,Forename,Job Title,Work Email,Date Of Leaving
RMA,Marsh,Robert,Head of Year 8,r.marsh@school.example,
JHA,Hart,June,Office manager,j.hart@school.example,20/07/2026
";

#[test]
fn lists_of_three_systems_are_read_without_help() {
    for (text, source) in [(SIMS, Source::Sims), (ARBOR, Source::Arbor), (BROMCOM, Source::Bromcom)] {
        let incoming = read(vec![file("pupils.csv", text)]).unwrap();
        assert_eq!(incoming.rejected, [], "{source:?}");
        assert_eq!((incoming.source, incoming.extent), (source, Extent::Whole));
        let zoe = entry(&incoming, "O'Brien");
        assert_eq!((zoe.given.as_str(), zoe.group), ("Zoë", Group::Pupils));
        assert_eq!(zoe.upn.as_ref().unwrap().as_str(), OSEI);
        assert_eq!(zoe.born.unwrap().date().to_string(), "2014-03-04");
        assert_eq!(zoe.year, FieldValue::Value("Year 8".parse().unwrap()));
        assert_eq!(zoe.tutor_group, FieldValue::Value("8B".parse().unwrap()));
        assert!(zoe.id.is_some());
    }
}

#[test]
fn a_list_of_sims_carries_context_and_no_home_address() {
    let incoming = read(vec![file("pupils.csv", SIMS)]).unwrap();
    let zoe = entry(&incoming, "O'Brien");
    assert_eq!((zoe.context.send, zoe.context.looked_after), (Some(Send::Support), Some(Flag::No)));
    assert_eq!((zoe.email.as_ref(), zoe.name().as_str()), (None, "Zo O'Brien"));
    assert_eq!(entry(&incoming, "Reid").preferred_given, FieldValue::Blank);
}

#[test]
fn staff_are_known_by_their_headings_and_leavers_by_their_date() {
    let incoming = read(vec![file("staff.csv", STAFF)]).unwrap();
    assert_eq!((names(&incoming), incoming.gone.len()), (vec!["Marsh, Robert".to_owned()], 1));
    let marsh = entry(&incoming, "Marsh");
    assert_eq!(
        (marsh.group, &marsh.post),
        (Group::Adults, &FieldValue::Value("Head of Year 8".parse().unwrap()))
    );
}

#[test]
fn every_encoding_and_delimiter_comes_to_the_same() {
    let plain = read(vec![file("pupils.csv", SIMS)]).unwrap();
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(SIMS.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let marked = [b"\xef\xbb\xbf".as_slice(), SIMS.as_bytes()].concat();
    let windows = SIMS.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let forms =
        [marked, windows, utf16(false, true), utf16(true, true), utf16(false, false), utf16(true, false)];
    for bytes in forms {
        assert_eq!(read(vec![NamedFile::new("pupils.csv", bytes)]).unwrap(), plain);
    }
    for delimiter in [";", "\t"] {
        let text = format!("sep={delimiter}\r\n{}", SIMS.replace(',', delimiter).replace('\n', "\r\n"));
        let incoming = read(vec![file("pupils.csv", &text)]).unwrap();
        assert_eq!(names(&incoming), names(&plain));
        assert_eq!(incoming.entries[1].place.to_string(), "pupils.csv, line 4");
    }
}

#[test]
fn a_title_above_the_headings_and_empty_rows_do_no_harm() {
    let text = format!("Pupil list,,,,,,,,,,\n22/11/2026,,,,,,,,,,\n\n{}\n,,,,,,,,,,\n", SIMS.trim());
    let incoming = read(vec![file("pupils.csv", &text)]).unwrap();
    assert_eq!(incoming.rejected, []);
    assert_eq!(incoming.entries[1].place.to_string(), "pupils.csv, line 6");
}

#[test]
fn a_line_break_inside_a_cell_does_not_shift_the_lines_after_it() {
    let text = "UPN,Surname,Forename,Year\nB801200005001,Osei,Amara,\"8\n\"\nP207000016049,Reid,Call<um,7\n";
    let incoming = read(vec![file("pupils.csv", text)]).unwrap();
    let character = Why::Name { why: NotAName::Character };
    assert_eq!(faults(&incoming), [fault("pupils.csv, line 4", Some(Field::GivenName), character)]);
    assert_eq!(incoming.unread[0].upn.as_ref().unwrap().as_str(), REID);
}

#[test]
fn joined_names_are_read_where_that_is_all_there_is() {
    let incoming = read(vec![file("p.csv", "Name,UPN,Year\n\"Osei, Amara\",B801200005001,8\n")]).unwrap();
    assert_eq!(names(&incoming), ["Osei, Amara"]);
    let columns = ColumnMatch::guess(&["Name", "Surname", "Forename"].map(str::to_owned));
    assert!(!columns.columns.contains_key(&Field::FullName));
}

#[test]
fn columns_are_guessed_shown_and_checked() {
    let Package::List(list) = open(vec![file("pupils.csv", SIMS)]).unwrap() else { panic!("no list") };
    let guess = list.guess();
    assert_eq!(
        guess.to_string(),
        "own_id=1,upn=2,family_name=3,given_name=4,preferred_given_name=5,born_on=6,year_group=7,tutor_group=8,send=9,looked_after=10"
    );
    let sample = list.sample();
    assert_eq!(
        (sample[2].heading.as_str(), sample[2].values.as_slice()),
        ("Legal Surname", ["O'Brien".to_owned(), "Reid".to_owned()].as_slice())
    );
    let wrong = |change: &dyn Fn(&mut ColumnMatch)| {
        let mut columns = guess.clone();
        change(&mut columns);
        list.read(&columns, Extent::Whole, today()).unwrap_err()
    };
    let not = |why| NotOpened::Columns { why };
    assert_eq!(wrong(&|c| c.columns.retain(|field, _| *field != Field::FamilyName)), not(Unmatched::Name));
    assert_eq!(wrong(&|c| c.columns.extend([(Field::Upn, 0)])), not(Unmatched::Twice));
    assert_eq!(wrong(&|c| c.columns.extend([(Field::Upn, 99)])), not(Unmatched::Beyond));
    assert_eq!(
        wrong(&|c| c.columns.retain(|field, _| matches!(field, Field::FamilyName | Field::GivenName))),
        not(Unmatched::Pupil)
    );
    assert_eq!(
        wrong(&|c| {
            c.group = Group::Adults;
            c.columns.remove(&Field::OwnId);
        }),
        not(Unmatched::Staff)
    );
}
