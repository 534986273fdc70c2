//! S6: a pupil account, a staff account from another tenant, an e-mail claim set by another person: never bound.

use super::*;

fn claims(said: &[(&str, &str)]) -> Claims {
    let mut claims = Claims::new();
    for (claim, value) in said {
        claims.entry((*claim).to_owned()).or_default().push((*value).to_owned());
    }
    claims
}

fn rules(pin: Pin) -> Rules {
    Rules {
        pin,
        staff: Mark::parse("groups=staff"),
        pupils: Mark::parse("groups=pupils"),
        ..Rules::by_code_only()
    }
}

fn google() -> Rules {
    rules(Pin::Google { domain: "upton.example".to_owned() })
}

fn entra() -> Rules {
    rules(Pin::Entra { tenant: "tenant-1".to_owned() })
}

const ANN: Option<&str> = Some("Ann@upton.example");

#[test]
fn google_binds_by_a_verified_address_of_the_expected_domain_alone() {
    let good = claims(&[("groups", "staff"), ("hd", "upton.example")]);
    let known = Verdict::Known(Key::Email("ann@upton.example".to_owned()));
    assert_eq!(judge(&google(), &good, ANN, EmailCheck::Yes), known);
    assert_eq!(judge(&google(), &good, ANN, EmailCheck::No), Verdict::KeyUnsaid);
    assert_eq!(judge(&google(), &good, None, EmailCheck::No), Verdict::KeyUnsaid);
    for other in ["downton.example", "UPTON.example", ""] {
        let elsewhere = claims(&[("groups", "staff"), ("hd", other)]);
        assert_eq!(judge(&google(), &elsewhere, ANN, EmailCheck::Yes), Verdict::KeyUnsaid, "{other}");
    }
    let both = claims(&[("groups", "staff"), ("hd", "upton.example"), ("hd", "evil.example")]);
    assert_eq!(judge(&google(), &both, ANN, EmailCheck::Yes), Verdict::KeyUnsaid);
    // A private address says nothing of the school.
    let private = claims(&[("groups", "staff")]);
    assert_eq!(judge(&google(), &private, ANN, EmailCheck::Yes), Verdict::KeyUnsaid);
}

#[test]
fn entra_binds_by_the_directory_id_of_the_expected_tenant_alone() {
    let good = claims(&[("groups", "staff"), ("tid", "tenant-1"), ("oid", "object-7")]);
    let known = Verdict::Known(Key::Directory("object-7".to_owned()));
    assert_eq!(judge(&entra(), &good, ANN, EmailCheck::Yes), known);
    // The address plays no part: anybody who administers a tenant can write any address.
    assert_eq!(judge(&entra(), &good, None, EmailCheck::No), known);
    let other = claims(&[("groups", "staff"), ("tid", "tenant-2"), ("oid", "object-7")]);
    assert_eq!(judge(&entra(), &other, ANN, EmailCheck::Yes), Verdict::KeyUnsaid);
    let nameless = claims(&[("groups", "staff"), ("tid", "tenant-1")]);
    assert_eq!(judge(&entra(), &nameless, ANN, EmailCheck::Yes), Verdict::KeyUnsaid);
}

#[test]
fn any_other_binds_by_the_claim_the_school_vouches_for() {
    let rules = rules(Pin::Vouched { claim: "employee".to_owned() });
    let good = claims(&[("groups", "staff"), ("employee", "E7")]);
    assert_eq!(judge(&rules, &good, ANN, EmailCheck::Yes), Verdict::Known(Key::Directory("E7".to_owned())));
    let two = claims(&[("groups", "staff"), ("employee", "E7"), ("employee", "E8")]);
    assert_eq!(judge(&rules, &two, ANN, EmailCheck::Yes), Verdict::KeyUnsaid);
}

#[test]
fn a_provider_that_does_not_say_who_is_staff_binds_nobody() {
    let mut rules = google();
    rules.staff = None;
    let good = claims(&[("groups", "staff"), ("hd", "upton.example")]);
    assert_eq!(judge(&rules, &good, ANN, EmailCheck::Yes), Verdict::NotStaff);
    let unmarked = claims(&[("groups", "alumni"), ("hd", "upton.example")]);
    assert_eq!(judge(&google(), &unmarked, ANN, EmailCheck::Yes), Verdict::NotStaff);
}

#[test]
fn where_the_marking_claim_is_not_sent_at_all_nobody_is_bound_and_that_is_said() {
    let silent = claims(&[("hd", "upton.example")]);
    assert_eq!(judge(&google(), &silent, ANN, EmailCheck::Yes), Verdict::StaffUnsaid);
    // Staff by another claim: a pupil whose groups were not sent has an address of the school too.
    let mut rules = google();
    rules.staff = Mark::parse("email_domain=upton.example");
    assert_eq!(judge(&rules, &silent, ANN, EmailCheck::Yes), Verdict::PupilUnsaid);
    let said = claims(&[("groups", "choir"), ("hd", "upton.example")]);
    assert!(matches!(judge(&rules, &said, ANN, EmailCheck::Yes), Verdict::Known(_)));
}

#[test]
fn an_unpinned_provider_binds_nobody() {
    let good = claims(&[("groups", "staff"), ("hd", "upton.example"), ("oid", "x"), ("tid", "y")]);
    assert_eq!(judge(&rules(Pin::Unpinned), &good, ANN, EmailCheck::Yes), Verdict::ByCode);
}

#[test]
fn a_pupil_is_refused_also_where_they_are_marked_as_staff() {
    let both = claims(&[("groups", "staff"), ("groups", "pupils"), ("hd", "upton.example")]);
    assert_eq!(judge(&google(), &both, ANN, EmailCheck::Yes), Verdict::Pupil);
}

#[test]
fn the_domain_of_an_address_marks_staff_only_where_it_was_verified() {
    let mut rules = google();
    rules.staff = Mark::parse("email_domain=upton.example");
    rules.pupils = None;
    let here = claims(&[("hd", "upton.example")]);
    assert!(matches!(judge(&rules, &here, ANN, EmailCheck::Yes), Verdict::Known(_)));
    assert_eq!(judge(&rules, &here, ANN, EmailCheck::No), Verdict::StaffUnsaid);
    // A claim that only bears the name is not it.
    let forged = claims(&[("hd", "upton.example"), (EMAIL_DOMAIN, "upton.example")]);
    assert_eq!(judge(&rules, &forged, Some("eve@evil.example"), EmailCheck::Yes), Verdict::NotStaff);
    let trick = Some("a@upton.example@evil.example");
    assert_eq!(judge(&rules, &here, trick, EmailCheck::Yes), Verdict::NotStaff);
}

#[test]
fn only_a_free_person_with_no_duty_is_bound_by_claims() {
    for taken in [OtherAccount::Free, OtherAccount::ByAnother] {
        for entrusted in [HoldsRole::No, HoldsRole::Yes] {
            let by_itself = Candidate { taken, entrusted }.binds_by_itself();
            assert_eq!(by_itself, taken == OtherAccount::Free && entrusted == HoldsRole::No);
        }
    }
}

#[test]
fn a_mark_needs_a_claim_and_a_value() {
    assert_eq!(Mark::parse(" groups = staff "), Mark::parse("groups=staff"));
    for wrong in ["", "groups", "=staff", "groups=", " = "] {
        assert_eq!(Mark::parse(wrong), None, "{wrong}");
    }
    let equals = Mark::parse("groups=CN=Staff,DC=upton").unwrap();
    assert_eq!(equals.value, "CN=Staff,DC=upton");
}

#[test]
fn an_account_becomes_nobody_else() {
    let (one, other) = (PersonId(uuid::Uuid::from_u128(1)), PersonId(uuid::Uuid::from_u128(2)));
    assert_eq!(may_become(one, None, &[]), Ok(()));
    assert_eq!(may_become(one, Some(one), &[one]), Ok(()), "a code on top of the provider's word");
    assert_eq!(may_become(one, Some(other), &[]), Err(NotTheirs::IsAnother));
    assert_eq!(may_become(one, None, &[other]), Err(NotTheirs::SaidToBeAnother));
    assert_eq!(may_become(one, None, &[other, one]), Ok(()), "an id that two share says nothing");
}

#[test]
fn only_an_id_of_the_directory_vouches_and_only_in_its_schools() {
    let said = claims(&[("tid", "tenant-1"), ("oid", "7"), ("number", "S-1"), ("hd", "school.example")]);
    let id = |pin: Pin| vouched_id(&rules(pin), &said);
    assert_eq!(id(Pin::Entra { tenant: "tenant-1".to_owned() }).as_deref(), Some("7"));
    assert_eq!(id(Pin::Entra { tenant: "tenant-2".to_owned() }), None);
    assert_eq!(id(Pin::Vouched { claim: "number".to_owned() }).as_deref(), Some("S-1"));
    assert_eq!(id(Pin::Google { domain: "school.example".to_owned() }), None, "addresses pass on");
    assert_eq!(id(Pin::Unpinned), None);
    let of = |schools: &[&str]| DirectoryIdentity {
        document_version: DocumentVersion,
        directory_id: "7".to_owned(),
        schools: schools.iter().map(|school| (*school).to_owned()).collect(),
    };
    assert!(
        of(&[]).counts_in("upton")
            && of(&["upton"]).counts_in("upton")
            && !of(&["upton"]).counts_in("downton")
    );
    crate::domain::kernel::document::tests::hold(
        "domain/entry/first_sign_in/documents/directory_identity_1.json",
        &of(&["upton"]),
    );
}
