//! Common Transfer Files.

use super::*;
use crate::domain::people::{
    register::{
        context::{Flag, Send},
        incoming::{FieldValue, Reference},
        source::Source,
    },
    ties::Tie,
};

const FILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName><CTFversion>21.0</CTFversion>
    <SourceSchool><LEA>801</LEA><Estab>2000</Estab><SchoolName>Heron &amp; North</SchoolName></SourceSchool>
  </Header>
  <CTFpupilData>
    <Pupil>
      <UPN>B801200005001</UPN><Surname>O&#39;Brien</Surname><Forename><![CDATA[Zoë]]></Forename>
      <DOB>2014-03-04</DOB><Gender>F</Gender>
      <BasicDetails>
        <FormerUPN>M80120000500A</FormerUPN><PreferredForename>Zo</PreferredForename><NCyearActual>8</NCyearActual>
        <Ethnicity>WBRI</Ethnicity>
      </BasicDetails>
      <LookedAfter><InCare>true</InCare><CareAuthority>801</CareAuthority></LookedAfter>
      <SENhistory>
        <SEN><StartDate>2024-01-01</StartDate><SENprovision>K</SENprovision></SEN>
        <SEN><StartDate>2025-01-01</StartDate><SENprovision>E</SENprovision></SEN>
      </SENhistory>
      <Contacts><Contact><Order>1</Order><Surname>Hart</Surname><Forename>June</Forename>
        <Email>J.Hart@school.example</Email></Contact></Contacts>
      <SchoolHistory><School><LEA>802</LEA></School></SchoolHistory>
    </Pupil>
    <Pupil>
      <UPN>A801200005001</UPN><Surname>Reid</Surname><Forename/><DOB>2015-05-06</DOB>
    </Pupil>
  </CTFpupilData>
</CTfile>
"#;

#[test]
fn pupils_of_a_transfer_are_read_and_are_never_the_whole_school() {
    let incoming = read(vec![file("8012000_CTF_8012001_001.xml", FILE)]).unwrap();
    assert_eq!((incoming.source, incoming.extent), (Source::Ctf, Extent::Part));
    assert_eq!(names(&incoming), ["O'Brien, Zoë"]);
    let zoe = entry(&incoming, "O'Brien");
    assert_eq!(zoe.former_upn.as_ref().unwrap().as_str(), "M80120000500A");
    assert_eq!(
        (zoe.name().as_str(), &zoe.year),
        ("Zo O'Brien", &FieldValue::Value("Year 8".parse().unwrap()))
    );
    assert_eq!(zoe.context.looked_after, Some(Flag::Yes));
    assert_eq!(zoe.context.send, Some(Send::Plan));
    // The surname of a contact is not the pupil's.
    let tie = incoming.ties.first().unwrap();
    assert_eq!(
        (&tie.other, tie.tie),
        (&Reference::Email("j.hart@school.example".parse().unwrap()), Tie::Parent)
    );
}

#[test]
fn a_wrong_pupil_is_told_by_number() {
    assert_eq!(
        faults(&read(vec![file("ctf.xml", FILE)]).unwrap()),
        [
            fault("ctf.xml, pupil 2", Some(Field::GivenName), Why::Missing),
            fault("ctf.xml, pupil 2", Some(Field::Upn), Why::Upn { why: NotAUpn::CheckLetter }),
        ]
    );
}

#[test]
fn the_form_with_everything_in_basic_details_is_read_too() {
    let text = format!(
        "<ct:CTfile xmlns:ct='urn:x'><ct:CTFpupilData><ct:Pupil><ct:UPN>{REID}</ct:UPN><ct:BasicDetails>\
         <ct:LegalSurname>Reid</ct:LegalSurname><ct:LegalForename>Callum</ct:LegalForename><ct:DOB>2015-05-06</ct:DOB>\
         </ct:BasicDetails></ct:Pupil></ct:CTFpupilData></ct:CTfile>"
    );
    assert_eq!(names(&read(vec![file("ctf.xml", &text)]).unwrap()), ["Reid, Callum"]);
}

#[test]
fn declared_and_marked_encodings_are_read() {
    let plain = read(vec![file("ctf.xml", FILE)]).unwrap();
    let latin = FILE.replace("UTF-8", "ISO-8859-1");
    let latin = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let wide = FILE.replace("UTF-8", "UTF-16");
    let wide = [0xfeff].into_iter().chain(wide.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [latin, wide] {
        assert_eq!(read(vec![NamedFile::new("ctf.xml", bytes)]).unwrap(), plain);
    }
    assert_eq!(read(vec![zipped(&[file("ctf.xml", FILE)])]).unwrap(), plain);
}

#[test]
fn other_xml_is_not_taken_for_one() {
    for (text, fault) in [
        ("<Message><Pupil/></Message>", NotOpened::NotATransfer { file: "a.xml".into() }),
        ("<CTfile><Header/></CTfile>", NotOpened::NoRows { file: "a.xml".into() }),
        ("<CTfile><Pupil></CTfile>", NotOpened::Malformed { file: "a.xml".into() }),
        ("<CTfile><Pupil>", NotOpened::Malformed { file: "a.xml".into() }),
        (
            "<CTfile><Pupil><Surname>A & B</Surname></Pupil></CTfile>",
            NotOpened::Malformed { file: "a.xml".into() },
        ),
        (
            "<CTfile><Pupil><Surname>&name;</Surname></Pupil></CTfile>",
            NotOpened::Entities { file: "a.xml".into() },
        ),
    ] {
        assert_eq!(read(vec![file("a.xml", text)]), Err(fault), "{text}");
    }
}
