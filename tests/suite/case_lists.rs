//! What helps to choose and to tell apart: people in the lists of a case's forms, who opened it by person and day, and
//! the lines of a desk.

use crate::{
    databases::{TestDb, both_databases},
    page_forms::words_of,
    school::{Cast, School, hidden},
};
use candour::domain::{
    kernel::ids::Reference,
    people::subject::{SubjectKind, SubjectRole},
    school::{categories::Group, routing::PersonalData},
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

fn about_pupils(school: &School, category: &str, pupils: &[&str]) -> Reference {
    let mut draft = school.draft(category);
    let subject = |name: &&str| school.about(school.pupil(name), SubjectKind::Pupil, SubjectRole::Affected);
    draft.subjects = pupils.iter().map(subject).collect();
    school.report(Cast::Teacher, &draft).reference
}

/// The lists of a page: each group's heading ("" for none) with the words of its answers.
fn lists(page: &str) -> Vec<(String, Vec<String>)> {
    let mut found = vec![(String::new(), Vec::new())];
    for part in page.split('<').filter(|part| part.starts_with("opt")) {
        if let Some(head) = part.strip_prefix("optgroup label=\"") {
            found.push((head.split('"').next().unwrap().to_owned(), Vec::new()));
        } else if let Some((_, words)) = part.split_once('>') {
            found.last_mut().unwrap().1.push(words.trim().to_owned());
        }
    }
    found
}

/// The line of a case in a list, without its tags.
fn row(page: &str, reference: &Reference) -> String {
    let row = page.split("<tr").find(|row| row.contains(reference.as_str())).unwrap();
    let words = row.split('<').filter_map(|part| part.split_once('>')).map(|(_, words)| words.trim());
    words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" | ")
}

#[apply(both_databases!)]
async fn people_at_the_desks_of_the_case_come_first_in_every_list(db: TestDb) {
    let school = School::open(db).await;
    let reference = about_pupils(&school, "CON-INAPP", &["Ellie Marsh"]);
    let olive = school.sign_in(Cast::OnlineSafety).await;
    for act in ["triage", "assign", "share", "task"] {
        let page = olive.get(&format!("/cases/{reference}/{act}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let lists = lists(&page.body);
        let of = |head: &str| lists.iter().find(|(known, _)| known == head).unwrap().1.clone();
        let here = of("In the roles that have this case");
        assert_eq!(here[0], "Olive Online (you), online safety coordinator", "{act}");
        assert!(
            here.iter().any(|name| name.starts_with("Dinah Lead, designated safeguarding lead")),
            "{here:?}"
        );
        assert!(here.iter().any(|name| name == "Hattie Head, headteacher"), "oversight too: {here:?}");
        let rest = of("Everyone else");
        assert!(rest.contains(&"Tessa Teach".to_owned()), "{rest:?}");
        assert!(
            !rest.iter().any(|name| name.starts_with("Dinah") || name.contains(',')),
            "once each: {rest:?}"
        );
    }
    let triage = lists(&olive.get(&format!("/cases/{reference}/triage")).await.body);
    for group in Group::ALL {
        assert!(triage.iter().any(|(head, of)| head == group.words() && !of.is_empty()), "{group:?}");
    }
}

/// A question that comes up with an answer is no mistake: nothing is saved, and nothing says that there is a problem.
#[apply(both_databases!)]
async fn a_question_kept_to_be_asked_is_not_called_a_problem(db: TestDb) {
    let school = School::open(db).await;
    let reference = about_pupils(&school, "CP-CONCERN", &["Ellie Marsh"]);
    let dinah = school.sign_in(Cast::Dsl).await;
    let triage = format!("/cases/{reference}/triage");
    let shown = dinah.get(&triage).await;
    assert!(!shown.body.contains("button above"), "it says which button");
    let asked = hidden(&shown.body, "asked").unwrap();
    let owner = school.person(Cast::Dsl).to_string();
    let mut fields = vec![
        ("asked", asked.as_str()),
        ("category", "CP-CONCERN"),
        ("severity", "high"),
        ("owner", &owner),
        ("aware-at", "keep"),
        ("ask", "personal_data"),
    ];
    fields.extend([("safe_now", "yes"), ("wishes", "Nothing."), ("parents", "told")]);
    let more = dinah.submit_from(&shown, &triage, &fields).await;
    assert_eq!(more.status, StatusCode::OK, "{}", words_of(&more.body));
    let words = words_of(&more.body);
    assert!(
        words.contains("Nothing was saved yet") && words.contains("There is one more question"),
        "{words}"
    );
    assert!(!words.contains("There is a problem") && !more.body.contains("<title>Error"), "{words}");
    assert_eq!(crate::markup::faults(&more.body), Vec::<String>::new());
    // Left empty once it was on the page, it is a mistake like any other.
    let asked = hidden(&more.body, "asked").unwrap();
    fields[0] = ("asked", &asked);
    let empty = dinah.submit_from(&more, &triage, &fields).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words_of(&empty.body).contains("There is a problem"));
}

#[apply(both_databases!)]
async fn who_has_opened_a_case_is_a_line_for_each_person_and_day(db: TestDb) {
    let school = School::open(db).await;
    let reference = about_pupils(&school, "CON-INAPP", &["Ellie Marsh"]);
    let case = format!("/cases/{reference}");
    let (olive, dinah) = (school.sign_in(Cast::OnlineSafety).await, school.sign_in(Cast::Dsl).await);
    dinah.get(&case).await;
    for act in ["", "/note", "/triage"] {
        school.hands.forward(TimeDelta::minutes(1));
        olive.get(&format!("{case}{act}")).await;
    }
    school.hands.forward(TimeDelta::days(1));
    let olive = school.sign_in(Cast::OnlineSafety).await;
    olive.get(&case).await;
    let words = words_of(&olive.get(&format!("{case}/opened")).await.body);
    let lines = "Olive Online | Wed 18 Nov 2026 | Once, at 10:03 | \
        Olive Online | Tue 17 Nov 2026 | 3 times, from 10:01 to 10:03 | \
        Dinah Lead | Tue 17 Nov 2026 | Once, at 10:00 | Every single time";
    assert!(words.contains(lines), "{words}");
    assert_eq!(words.matches("Olive Online").count(), 2 + 4, "every look stands behind it: {words}");
}

/// The lines say how many, when and whose; never who, and of a technical view nothing.
#[apply(both_databases!)]
async fn two_concerns_of_a_category_are_told_apart_without_opening_them(db: TestDb) {
    let school = School::open(db).await;
    let one = about_pupils(&school, "CON-INAPP", &["Ellie Marsh"]);
    let mut later = school.draft("CON-INAPP");
    later.noticed_at = school.clock.now() - TimeDelta::hours(25);
    later.subjects = vec![
        school.about(school.pupil("Kai Brook"), SubjectKind::Pupil, SubjectRole::Affected),
        school.about(school.pupil("Zed Moor"), SubjectKind::Pupil, SubjectRole::Witness),
        school.about(school.person(Cast::OtherTeacher), SubjectKind::AdultHere, SubjectRole::Witness),
    ];
    let two = school.report(Cast::Teacher, &later).reference;
    let desk = school.sign_in(Cast::OnlineSafety).await.get("/queue").await.body;
    let (first, second) = (row(&desk, &one), row(&desk, &two));
    assert!(first.contains("1 pupil · noticed Tue 17 Nov 2026, 10:00 | You lead"), "{first}");
    assert!(
        second.contains("2 pupils, 1 adult here · noticed Mon 16 Nov 2026, 09:00 | You lead"),
        "{second}"
    );
    let dsl = row(&school.sign_in(Cast::Dsl).await.get("/cases").await.body, &two);
    assert!(dsl.contains(": online safety coordinator leads"), "{dsl}");

    // Where the network manager is copied it sees no narrative, no people and not who leads.
    let hacked = about_pupils(&school, "CDT-MISUSE", &["Ellie Marsh"]);
    let ned = school.sign_in(Cast::Network).await;
    let lists = [ned.get("/queue").await.body, ned.get("/cases").await.body];
    let technical =
        lists.iter().flat_map(|list| list.split("<tr")).find(|row| row.contains("Technical part only"));
    let technical = technical.unwrap_or_else(|| panic!("{hacked} is not seen as its technical part"));
    assert!(
        !technical.contains("pupil") && !technical.contains("noticed") && !technical.contains("leads"),
        "{technical}"
    );
    for name in ["Ellie", "Kai", "Zed", "Oliver", "Tessa"] {
        assert!(!desk.contains(name), "lists name nobody: {name}");
    }
}

/// Each desk reads and counts its own next step, whatever else of the case is due sooner, and whose another one is.
#[apply(both_databases!)]
async fn a_desk_is_shown_its_own_step_of_a_case_that_others_lead(db: TestDb) {
    let school = School::open(db).await;
    let mut lost = school.draft("DAT-LOSS");
    lost.personal_data = PersonalData::Involved;
    let reference = school.report(Cast::Teacher, &lost).reference;
    let shown = async |who: Cast, list: &str| {
        let page = school.sign_in(who).await.get(list).await.body;
        let is_there = page.contains(reference.as_str());
        if is_there { row(&page, &reference) } else { String::new() }
    };
    let siro = shown(Cast::Siro, "/queue").await;
    assert!(
        siro.contains("Decide whether to report to the ICO | ") && siro.contains("network manager leads"),
        "{siro}"
    );
    let network = shown(Cast::Network, "/queue").await;
    assert!(network.contains("Acknowledge the concern | "), "{network}");
    let dsl = shown(Cast::Head, "/cases").await;
    assert!(dsl.contains("Acknowledge the concern, with the network manager"), "{dsl}");

    // Two days later the decision is due today; the acknowledgement that is late is the network manager's.
    school.hands.forward(TimeDelta::hours(47));
    for (who, overdue, today) in [(Cast::Siro, false, true), (Cast::Network, true, false)] {
        assert_eq!(!shown(who, "/queue?show=overdue").await.is_empty(), overdue, "{who:?}");
        assert_eq!(!shown(who, "/queue?show=today").await.is_empty(), today, "{who:?}");
        let words = words_of(&school.sign_in(who).await.get("/queue").await.body);
        let counted = format!("{} | Overdue | {} | Due today", u8::from(overdue), u8::from(today));
        assert!(words.contains(&counted), "{who:?} {words}");
    }
    school.hands.forward(TimeDelta::hours(2));
    assert!(!shown(Cast::Siro, "/queue?show=overdue").await.is_empty(), "it is the SIRO who is late now");
}
