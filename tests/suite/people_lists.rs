//! Lists of invented people as schools export them.

use candour::register::NamedFile;
use std::fmt::Write;

/// A pupil's number with the check letter that fits: its figures are this number.
pub fn upn(number: u64) -> String {
    const ALPHABET: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let figures = format!("{number:012}");
    let sum: usize =
        figures.bytes().zip(2..).map(|(figure, weight)| usize::from(figure - b'0') * weight).sum();
    format!("{}{figures}", char::from(ALPHABET[sum % 23]))
}

/// What a file says, for putting it on a disk.
pub trait NamedText {
    fn text(&self) -> String;
}

impl NamedText for NamedFile {
    fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }
}

/// A file as it is sent.
pub fn file(name: &str, text: &str) -> NamedFile {
    NamedFile::new(name, text.as_bytes().to_vec())
}

/// A list of pupils with the headings of SIMS: UPN, surname, forename, year group.
pub fn sims(pupils: &[(&str, &str, &str, &str)]) -> NamedFile {
    let mut text = "UPN,Legal Surname,Legal Forename,Reg Group,Year Group,DOB\n".to_owned();
    for (upn, family, given, year) in pupils {
        writeln!(text, "{upn},{family},{given},{year}A,{year},04/03/2014").unwrap();
    }
    file("pupils.csv", &text)
}

/// A list of staff: address, surname, forename, post.
pub fn staff(adults: &[(&str, &str, &str, &str)]) -> NamedFile {
    let mut text = "Staff Code,Work Email,Surname,Forename,Post\n".to_owned();
    for (at, (email, family, given, post)) in adults.iter().enumerate() {
        writeln!(text, "S{at},{email},{family},{given},{post}").unwrap();
    }
    file("staff.csv", &text)
}

/// A word that no other number has.
pub fn word(mut number: usize) -> String {
    let mut letters = String::new();
    for _ in 0..5 {
        letters.push(char::from(b"aeioubdglmnprst"[number % 15]));
        number /= 15;
    }
    letters
}

/// A OneRoster 1.2 bundle of so many people, one in ten of them staff, each in 12 classes.
pub fn one_roster(people: usize) -> Vec<NamedFile> {
    let mut users =
        "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,\
        identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,\
        preferredFamilyName\n"
            .to_owned();
    let mut roles =
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,\
        userProfileSourcedId\n"
            .to_owned();
    let mut demographics = "userSourcedId,status,dateLastModified,birthDate\n".to_owned();
    let mut enrollments =
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,\
        beginDate,endDate\n"
            .to_owned();
    for at in 0..people {
        let is_staff = at % 10 == 0;
        let (given, family) = (word(at * 7 + 3), word(at));
        writeln!(users, "u{at},,,true,x,,{given},{family},,,u{at}@trust.example,,,,08,,,,").unwrap();
        writeln!(roles, "r{at},,,u{at},primary,{},,,s1,", if is_staff { "teacher" } else { "student" })
            .unwrap();
        let born = if is_staff { "1980-01-02".to_owned() } else { format!("2012-0{}-04", 1 + at % 9) };
        writeln!(demographics, "u{at},,,{born}").unwrap();
        for class in 0..12 {
            let role = if is_staff { "teacher" } else { "student" };
            writeln!(
                enrollments,
                "e{at}-{class},,,c{},s1,u{at},{role},false,2026-09-01,",
                (at + class) % 900
            )
            .unwrap();
        }
    }
    let mut classes = "sourcedId,status,dateLastModified,title,classType,schoolSourcedId\n".to_owned();
    for class in 0..900 {
        let kind = if class % 12 == 0 { "homeroom" } else { "scheduled" };
        writeln!(classes, "c{class},,,8{class},{kind},s1").unwrap();
    }
    let manifest = "propertyName,value\noneroster.version,1.2\nfile.users,bulk\nfile.roles,bulk\nfile.orgs,bulk\n\
        file.classes,bulk\nfile.enrollments,bulk\nfile.demographics,bulk\n";
    vec![
        file("manifest.csv", manifest),
        file("users.csv", &users),
        file("roles.csv", &roles),
        file("orgs.csv", "sourcedId,name,type\ns1,Heron Trust,school\n"),
        file("demographics.csv", &demographics),
        file("classes.csv", &classes),
        file("enrollments.csv", &enrollments),
    ]
}
