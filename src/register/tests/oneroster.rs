//! OneRoster bundles, 1.1 and 1.2.

use super::*;
use crate::{
    domain::people::{
        register::{
            incoming::{FieldValue, Group, Reference},
            plan::{Register, Rulings, Target, plan},
        },
        ties::Tie,
    },
    register::oneroster::Version,
};
use std::collections::{BTreeMap, BTreeSet};

const ORGS: &str = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
trust,,,Heron Trust,district,,
north,,,Heron North School,school,123456,trust
south,,,Heron South School,school,123457,trust
";

const DEMOGRAPHICS: &str = "sourcedId,status,dateLastModified,birthDate,sex
p1,,,2014-03-04,female
p2,,,2015-05-06,male
";

const CLASSES: &str = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds
c1,,,8B,08,x,8B,homeroom,,north,t1
c2,,,Maths,08,x,MA8,scheduled,,north,t1
c3,,,8C,08,x,8C,homeroom,,north,t1
";

const ENROLLMENTS: &str = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
e1,,,c1,north,p1,student,false,2025-09-01,
e2,,,c2,north,p1,student,false,2025-09-01,
e3,,,c3,north,p1,student,false,2026-09-01,
e4,tobedeleted,,c1,north,p1,student,false,2026-10-01,
";

const USERS_1: &str = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
p1,,,true,north,student,aosei,{UPN:B801200005001},Amara,Osei,,,amara@pupils.example,,,\"g1,t1\",08,secret
p2,,,true,north,student,creid,\"{UPN:creid@pupils.example},{MIS:9}\",Callum,Reid,,P207000016049,,,,g1,07,
p3,,,true,south,student,icole,,Ivy,Cole,,,,,,,07,
t1,,,true,\"trust,north\",teacher,rmarsh,{Entra:8D8C6E0A-7C3F-4A40-9C7B-0F6D2A8E1B11},Robert,Marsh,,,r.marsh@school.example,,,,,
a1,,,true,north,administrator,jhart,,June,Hart,,,j.hart@school.example,,,,,
g1,,,true,north,guardian,gosei,,Grace,Osei,,,J.Hart@school.example,,,,,
x1,,,true,north,ext:governor,gg,,Gus,Grant,,,,,,,,
";

fn manifest(version: &str, modes: &[(&str, &str)]) -> NamedFile {
    let mut text = format!("propertyName,value\nmanifest.version,1.0\noneroster.version,{version}\n");
    for (name, mode) in modes {
        text += &format!("file.{name},{mode}\n");
    }
    file("manifest.csv", &(text + "source.systemName,Heron MIS\n"))
}

const ALL: [(&str, &str); 5] = [
    ("users", "bulk"),
    ("orgs", "bulk"),
    ("demographics", "bulk"),
    ("classes", "bulk"),
    ("enrollments", "bulk"),
];

fn version_1_1() -> Vec<NamedFile> {
    vec![
        manifest("1.1", &ALL),
        file("users.csv", USERS_1),
        file("orgs.csv", ORGS),
        file("demographics.csv", DEMOGRAPHICS),
        file("classes.csv", CLASSES),
        file("enrollments.csv", ENROLLMENTS),
    ]
}

const USERS_2: &str = "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns
p1,,,true,aosei,,Amara,Osei,,B801200005001,,,,t1,08,,,,Ama,,,north,she/her
t1,,,true,rmarsh,{oid:8d8c6e0a-7c3f-4a40-9c7b-0f6d2a8e1b11},Robert,Marsh,,,r.marsh@school.example,,,,,,,,,,,north,
";

const ROLES: &str = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
r1,,,p1,primary,student,,,north,
r2,,,t1,secondary,parent,,,north,
r3,,,t1,primary,principal,,,north,
r4,,,t1,primary,teacher,,2026-07-20,south,
";

fn version_1_2(users_mode: &str) -> Vec<NamedFile> {
    vec![
        manifest("1.2", &[("users", users_mode), ("roles", users_mode), ("orgs", "bulk")]),
        file("users.csv", USERS_2),
        file("roles.csv", ROLES),
        file("orgs.csv", ORGS),
    ]
}

fn read_school(files: Vec<NamedFile>, school: &str) -> Incoming {
    let Package::OneRoster(bundle) = open(files).unwrap() else { panic!("no bundle") };
    bundle.read(Some(school), today()).unwrap()
}

#[test]
fn a_bundle_of_1_1_is_read_from_a_folder_and_from_a_zip() {
    let folder = read_school(version_1_1(), "north");
    assert_eq!(folder.rejected, []);
    assert_eq!(names(&folder), ["Osei, Amara", "Reid, Callum", "Marsh, Robert", "Hart, June"]);
    assert_eq!((folder.extent, folder.covers.len()), (Extent::Whole, 2));
    assert_eq!(read_school(vec![zipped(&version_1_1())], "north"), folder);
    let nested: Vec<(String, Vec<u8>)> =
        version_1_1().into_iter().map(|file| (format!("export/{}", file.name), file.bytes)).collect();
    let nested: Vec<(&str, &[u8])> =
        nested.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(read_school(vec![NamedFile::new("a.zip", zip_of(&nested))], "north"), folder);
}

#[test]
fn everything_said_of_a_pupil_is_found_in_its_file() {
    let incoming = read_school(version_1_1(), "north");
    let osei = entry(&incoming, "Osei");
    assert_eq!(osei.upn.as_ref().unwrap().as_str(), OSEI);
    assert_eq!(osei.born.unwrap().date().to_string(), "2014-03-04");
    assert_eq!(osei.year, FieldValue::Value("Year 8".parse().unwrap()));
    // The homeroom that began last and is not deleted.
    assert_eq!(osei.tutor_group, FieldValue::Value("8C".parse().unwrap()));
    assert_eq!(osei.email, None);
    let reid = entry(&incoming, "Reid");
    // A user principal name is no pupil's number; the identifier is.
    assert_eq!((reid.upn.as_ref().unwrap().as_str(), &reid.tutor_group), (REID, &FieldValue::Blank));
    let marsh = entry(&incoming, "Marsh");
    assert_eq!(marsh.post, FieldValue::Value("Teacher".parse().unwrap()));
    assert_eq!(marsh.sign_in.as_ref().unwrap().as_str(), "8d8c6e0a-7c3f-4a40-9c7b-0f6d2a8e1b11");
    assert_eq!(marsh.place.to_string(), "users.csv, line 5");
}

#[test]
fn families_are_found_and_parents_who_are_staff() {
    let incoming = read_school(version_1_1(), "north");
    let pupil = |id: &str| Reference::Id(Group::Pupils, id.parse().unwrap());
    let ties: Vec<_> =
        incoming.ties.iter().map(|tie| (tie.one.clone(), tie.other.clone(), tie.tie)).collect();
    let teacher = Reference::Id(Group::Adults, "t1".parse().unwrap());
    let office = Reference::Email("j.hart@school.example".parse().unwrap());
    assert_eq!(
        ties.into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from([
            (pupil("p1"), pupil("p2"), Tie::Sibling),
            (teacher, pupil("p1"), Tie::Parent),
            (office.clone(), pupil("p1"), Tie::Parent),
            (office, pupil("p2"), Tie::Parent),
        ])
    );
    let ties = plan(
        Register { people: &[], ties: &BTreeSet::new(), former: &BTreeMap::new() },
        incoming,
        &Rulings::new(),
    )
    .ties;
    let who: Vec<_> = ties.iter().map(|tie| (tie.one, tie.other)).collect();
    let new = |one, other| (Target::New(one), Target::New(other));
    assert_eq!(who, [new(0, 1), new(0, 2), new(0, 3), new(1, 3)]);
}

#[test]
fn an_authority_that_is_everybody_s_guardian_is_no_household() {
    let mut users = USERS_1.lines().next().unwrap().to_owned() + "\n";
    for n in 0..9 {
        users += &format!("p{n},,,true,north,student,u{n},,Amara,Osei,,,,,,la,08,\n");
    }
    let files = vec![manifest("1.1", &[("users", "bulk")]), file("users.csv", &users)];
    assert_eq!(read(files).unwrap().ties.iter().filter(|tie| tie.tie == Tie::Sibling).count(), 0);
}

#[test]
fn a_bundle_of_1_2_has_roles_and_preferred_names() {
    let incoming = read_school(version_1_2("bulk"), "north");
    assert_eq!(incoming.rejected, []);
    assert_eq!(names(&incoming), ["Osei, Amara", "Marsh, Robert"]);
    assert_eq!(entry(&incoming, "Osei").name(), "Ama Osei");
    let marsh = entry(&incoming, "Marsh");
    assert_eq!(marsh.post, FieldValue::Value("Principal".parse().unwrap()));
    assert!(marsh.sign_in.is_some());
    assert_eq!(incoming.ties.len(), 1);
    // A role that is over is none.
    assert!(read_school(version_1_2("bulk"), "south").entries.is_empty());
}

#[test]
fn changes_only_make_nobody_leave_but_whom_they_name() {
    let mut files = version_1_2("delta");
    files[1] = file(
        "users.csv",
        &USERS_2.replace("p1,,,", "p1,tobedeleted,2026-11-01,").replace("t1,,,", "t9,active,,"),
    );
    let incoming = read_school(files, "north");
    assert_eq!(incoming.extent, Extent::Part);
    assert_eq!(incoming.gone[0].id.as_ref().unwrap().as_str(), "p1");
    assert_eq!(faults(&incoming), [fault("users.csv, line 3", None, Why::NoRole)]);
}

#[test]
fn one_of_several_schools_has_to_be_chosen() {
    let Package::OneRoster(bundle) = open(version_1_1()).unwrap() else { panic!("no bundle") };
    assert_eq!(bundle.version(), Version::V1p1);
    let NotOpened::WhichSchool { schools } = bundle.read(None, today()).unwrap_err() else { panic!("read") };
    assert_eq!(
        schools.0.iter().map(|school| school.name.as_str()).collect::<Vec<_>>(),
        ["Heron North School", "Heron South School"]
    );
    assert_eq!(bundle.read(Some("east"), today()), Err(NotOpened::NoSuchSchool { school: "east".into() }));
    assert_eq!(names(&bundle.read(Some("south"), today()).unwrap()), ["Cole, Ivy"]);
}

#[test]
fn rows_that_are_wrong_are_told_by_file_and_line() {
    let mut files = version_1_1();
    let wrong = USERS_1
        .replace("north,student,creid", "north,pupil,creid")
        .replace("{UPN:B801200005001}", "{UPN:A801200005001}");
    files[1] = file("users.csv", &(wrong + "short,row\n"));
    assert_eq!(
        faults(&read_school(files, "north")),
        [
            fault("users.csv, line 2", Some(Field::Upn), Why::Upn { why: NotAUpn::CheckLetter }),
            fault("users.csv, line 9", None, Why::Width { found: 2, expected: 18 }),
            fault("users.csv, line 3", None, Why::UnknownRole),
        ]
    );
}

#[test]
fn a_bundle_that_is_not_whole_says_what_is_missing() {
    let without = |at: usize| {
        let mut files = version_1_1();
        files.remove(at);
        read(files).unwrap_err()
    };
    let missing = |file: &str| NotOpened::MissingFile { file: file.into() };
    assert_eq!(without(0), missing("manifest.csv"));
    assert_eq!(without(1), missing("users.csv"));
    let manifests = [
        (manifest("1.0", &ALL), NotOpened::Version { version: "1.0".into() }),
        (manifest("1.2", &ALL), missing("roles.csv")),
        (
            manifest("1.1", &[("users", "some")]),
            NotOpened::Mode { mode: "some".into(), file: "users.csv".into() },
        ),
        (manifest("1.1", &[]), missing("users.csv")),
        (
            file("manifest.csv", "a,b\n1,2\n"),
            NotOpened::MissingColumn { file: "manifest.csv".into(), column: "propertyName".into() },
        ),
    ];
    for (manifest, why) in manifests {
        let mut files = version_1_1();
        files[0] = manifest;
        assert_eq!(read(files), Err(why));
    }
}
