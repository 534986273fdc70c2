//! A whole school for a test: a fresh database, the real site on loopback, the development provider, real mail, people
//! who sign in through OpenID Connect, and a clock that is moved by hand. Dropping it sends the e-mails that wait, and
//! checks each, that its audit log is whole, and that nothing was logged that names anybody.

pub use crate::cast::Cast;
pub use crate::signed_in::{Answer, SignedInBrowser, hidden};
use crate::signed_in::{answer, cookies, encoded, location};
use crate::{databases::TestDb, logs};
use candour::{
    demo::{
        provider::{DevClient, DevKey, DevPeople, DevPerson, DevProvider},
        sink::Sink,
    },
    domain::{
        concern::{Draft, DraftSubject, Somebody},
        entry::first_sign_in::Rules,
        kernel::{
            clock::{Calendar, CalendarParts, Instant, Nation, Period, SchoolHours},
            ids::{AccountId, DutyId, PersonId, Random, RequestId, SchoolId},
            text::{Narrative, Summary},
        },
        people::{
            PersonKind,
            subject::{SubjectKind, SubjectRole},
        },
        school::{SecondPersonAlso, Settings, categories, routing::AdultLead, settings::Editions},
    },
    jobs::{Job, Jobs},
    mail::transport::{Mailer, Patience, Security, SmtpConfig},
    service::{
        Candour, Op,
        clock::{Clock, Hands, Randomness},
        concern::report::{self, Receipt},
        entry::sign_in::IdentityProvider,
    },
    sso::client::{ClaimNames, ClaimsFrom, Client, FreshProof, Provider, SKEW},
    store::{
        Viewer,
        concern::forms::Form,
        db::installation::{self, Kind},
        entry::sessions,
        people::staff::{self, Duty, Person},
        record::audit::{self, Verdict},
        school::schools,
    },
    web::http::{
        app::SignInProvider,
        security,
        server::{self, Pretend, Site},
    },
};
use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use reqwest::{StatusCode, header, redirect};
use std::{
    collections::BTreeMap,
    net::TcpListener,
    sync::{Arc, Mutex, OnceLock},
};
use url::Url;

/// Pupils of the school.
pub const PUPILS: [&str; 3] = ["Ellie Marsh", "Kai Brook", "Zed Moor"];
const ISSUED_TO: &str = "candour-test";
/// How long the inspector's duty lasts.
pub const INSPECTION: chrono::TimeDelta = chrono::TimeDelta::days(10);

/// A whole school.
pub struct School {
    pub db: TestDb,
    pub sink: Sink,
    pub hands: Hands,
    pub clock: Clock,
    pub school: SchoolId,
    pub other_school: SchoolId,
    pub address: String,
    people: BTreeMap<Cast, PersonId>,
    duties: BTreeMap<Cast, DutyId>,
    pupils: BTreeMap<&'static str, PersonId>,
    pub browser: reqwest::Client,
    /// The sign-in provider, then the site.
    pub servers: Vec<actix_web::dev::ServerHandle>,
    keys: Mutex<u32>,
}

/// When a test's day begins: a Tuesday morning in term, in school hours.
pub fn tuesday_at_ten() -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 17, 10, 0, 0).unwrap()
}

fn calendar() -> Calendar {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let period = |name: &str, first, last| Period { name: name.to_owned(), first, last };
    Calendar::new(CalendarParts {
        nation: Nation::England,
        hours: SchoolHours {
            from: NaiveTime::from_hms_opt(8, 30, 0).unwrap(),
            to: NaiveTime::from_hms_opt(15, 30, 0).unwrap(),
        },
        terms: vec![
            period("Summer 2026", day(2026, 4, 13), day(2026, 7, 21)),
            period("Autumn 2026", day(2026, 9, 3), day(2026, 12, 18)),
            period("Spring 2027", day(2027, 1, 4), day(2027, 3, 25)),
        ],
        breaks: vec![period("Autumn half term", day(2026, 10, 26), day(2026, 10, 30))],
        inset: [day(2026, 9, 3)].into_iter().collect(),
        more_bank_holidays: Default::default(),
    })
    .unwrap()
}

fn settings() -> Settings {
    Settings {
        adult_lead: AdultLead::Head,
        duty_phone: "01632 960 001".to_owned(),
        out_of_hours_phone: "01632 960 002".to_owned(),
        lado_phone: "01632 960 003".to_owned(),
        smallest_shown: 5,
        second_person: SecondPersonAlso::default(),
    }
}

/// A way to sign in that binds nobody by itself.
fn by_code(name: &str) -> IdentityProvider {
    IdentityProvider { name: name.to_owned(), rules: Rules::by_code_only(), schools: Vec::new() }
}

fn key() -> DevKey {
    static KEY: OnceLock<DevKey> = OnceLock::new();
    KEY.get_or_init(|| DevKey::draw().unwrap()).clone()
}

fn person(id: PersonId, kind: PersonKind, name: &str, year: Option<&str>) -> Person {
    let email = format!("{}@school.example", name.to_lowercase().replace(' ', "."));
    Person {
        id,
        kind,
        name: name.to_owned(),
        year_group: year.map(str::to_owned),
        post: None,
        email: (kind != PersonKind::Pupil).then_some(email),
    }
}

impl School {
    /// Opens a school on a fresh database.
    pub async fn open(db: TestDb) -> Self {
        Self::open_with(db, Vec::new()).await
    }

    /// Opens a school that has more ways to sign in than its own.
    pub async fn open_with(db: TestDb, more: Vec<SignInProvider>) -> Self {
        logs::watch();
        let start = tuesday_at_ten();
        let (clock, hands) = Clock::fixed(start);
        let sink = Sink::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let listen = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listen.local_addr().unwrap());
        let provider = DevProvider::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let issuer = provider.issuer().to_owned();
        let random = &mut Randomness;
        let (school, other_school) = (SchoolId::draw(start, random), SchoolId::draw(start, random));
        let (mut people, mut duties) = (BTreeMap::new(), BTreeMap::new());
        let mut pupils = BTreeMap::new();
        db.write(|tx| {
            installation::mark(tx, Kind::Live, start)?;
            for (id, slug, name) in
                [(school, "upton", "Upton School"), (other_school, "downton", "Downton Primary")]
            {
                let school = schools::School {
                    id,
                    slug: slug.to_owned(),
                    name: name.to_owned(),
                    editions: Editions::founded(settings()),
                    calendar: calendar(),
                };
                schools::add(tx, &school, start)?;
            }
            for cast in Cast::ALL {
                let id = PersonId::draw(start, random);
                people.insert(cast, id);
                staff::add_people(tx, school, &[person(id, cast.kind(), cast.name(), None)], start)?;
                let account = AccountId::draw(start, random);
                sessions::add_account(tx, account, (&issuer, &cast.subject()), cast.name(), start)?;
                staff::bind(tx, school, account, id, start)?;
                if let Some(what) = cast.duty() {
                    let id_of_duty = DutyId::draw(start, random);
                    duties.insert(cast, id_of_duty);
                    // Inspectors come for a time.
                    let ends_at = (cast == Cast::Inspector).then(|| start + INSPECTION);
                    let duty = Duty { id: id_of_duty, person: id, what, starts_at: start, ends_at };
                    staff::add_duty(tx, school, &duty)?;
                }
                // The governor and the network manager work in both schools.
                if matches!(cast, Cast::Governor | Cast::Network) {
                    let there = PersonId::draw(start, random);
                    staff::add_people(
                        tx,
                        other_school,
                        &[person(there, cast.kind(), cast.name(), None)],
                        start,
                    )?;
                    staff::bind(tx, other_school, account, there, start)?;
                    let what = cast.duty().unwrap();
                    let id = DutyId::draw(start, random);
                    let duty = Duty { id, person: there, what, starts_at: start, ends_at: None };
                    staff::add_duty(tx, other_school, &duty)?;
                }
            }
            for name in PUPILS {
                let id = PersonId::draw(start, random);
                pupils.insert(name, id);
                staff::add_people(tx, school, &[person(id, PersonKind::Pupil, name, Some("Year 8"))], start)?;
            }
            Ok::<_, candour::store::StoreError>(())
        })
        .unwrap();

        let mut servers = Vec::new();
        let told = clock.clone();
        let provider = provider
            .serve(
                DevPeople {
                    people: Cast::ALL
                        .into_iter()
                        .map(|cast| DevPerson {
                            subject: cast.subject(),
                            name: cast.name().to_owned(),
                            email: format!("{}@school.example", cast.subject()),
                            duty_words: format!("{cast:?}"),
                            school: "Upton School".to_owned(),
                            directory_id: None,
                            groups: Vec::new(),
                        })
                        .collect(),
                },
                DevClient {
                    client_id: ISSUED_TO.to_owned(),
                    client_secret: "drawn for the test".to_owned(),
                    redirect_uri: Url::parse(&format!("{address}/signin/callback")).unwrap(),
                    signed_out_uri: Url::parse(&format!("{address}/signed-out")).unwrap(),
                },
                key(),
                getrandom::fill,
                Arc::new(move || told.now()),
            )
            .unwrap();
        servers.push(provider.handle());
        actix_web::rt::spawn(provider);
        let client = Client::new(Provider {
            issuer,
            client_id: ISSUED_TO.to_owned(),
            client_secret: "drawn for the test".to_owned(),
            scopes: vec!["openid".to_owned(), "profile".to_owned()],
            redirect_uri: Url::parse(&format!("{address}/signin/callback")).unwrap(),
            issued_within: SKEW,
            claims: ClaimNames::default(),
            claims_from: ClaimsFrom::IdToken,
            proof: FreshProof::AuthTime,
        })
        .unwrap();
        let site = server::run(Site {
            candour: Candour::clone(&db),
            clock: clock.clone(),
            public_url: Url::parse(&address).unwrap(),
            listen,
            sign_in: std::iter::once(SignInProvider { identity: by_code("Upton sign-in"), client })
                .chain(more)
                .collect(),
            pretend: Pretend::No,
            trusted_proxies: Vec::new(),
            mailer: mailer(&sink),
            body_within: security::BODY_WITHIN,
        })
        .unwrap();
        servers.push(site.handle());
        actix_web::rt::spawn(site);
        let browser =
            reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        let keys = Mutex::new(0);
        Self {
            db,
            sink,
            hands,
            clock,
            school,
            other_school,
            address,
            people,
            duties,
            pupils,
            browser,
            servers,
            keys,
        }
    }

    /// Who somebody is in the school.
    pub fn person(&self, cast: Cast) -> PersonId {
        self.people[&cast]
    }

    /// The duty somebody came with.
    pub fn duty(&self, cast: Cast) -> DutyId {
        self.duties[&cast]
    }

    /// A pupil.
    pub fn pupil(&self, name: &str) -> PersonId {
        self.pupils[name]
    }

    /// Signs somebody in, and goes to this school: some work in two.
    pub async fn sign_in(&self, cast: Cast) -> SignedInBrowser<'_> {
        let browser = self.arrives(cast).await;
        if matches!(cast, Cast::Governor | Cast::Network) {
            let here = self.school.to_string();
            let moved = browser.submit("/schools", "/schools", &[("school", &here)]).await;
            assert_eq!(moved.status, StatusCode::SEE_OTHER, "changed to this school");
        }
        browser
    }

    /// Signs somebody in through the provider's own page, as a browser would, wherever that leads.
    pub async fn arrives(&self, cast: Cast) -> SignedInBrowser<'_> {
        let start =
            self.browser.get(format!("{}/signin/start?provider=0", self.address)).send().await.unwrap();
        assert_eq!(start.status(), StatusCode::SEE_OTHER, "sign-in starts");
        let on_its_way = cookies(&start);
        let choosing = self.browser.get(location(&start)).send().await.unwrap();
        let (origin, page) = (choosing.url().origin().ascii_serialization(), choosing.text().await.unwrap());
        let request = hidden(&page, "request").unwrap();
        let chosen = self
            .browser
            .post(format!("{origin}/authorize"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encoded(&[("request", &request), ("person", &cast.subject())]))
            .send()
            .await
            .unwrap();
        let back =
            self.browser.get(location(&chosen)).header(header::COOKIE, on_its_way).send().await.unwrap();
        assert_eq!(back.status(), StatusCode::SEE_OTHER, "signed in: {}", back.text().await.unwrap());
        SignedInBrowser { school: self, cookie: cookies(&back) }
    }

    /// A browser in which nobody is signed in, with these cookies.
    pub fn browser_with(&self, cookie: String) -> SignedInBrowser<'_> {
        SignedInBrowser { school: self, cookie }
    }

    /// Asks for a page as nobody.
    pub async fn get_as_nobody(&self, path: &str) -> Answer {
        answer(self.browser.get(format!("{}{path}", self.address)).send().await.unwrap()).await
    }

    /// Posts an empty form as nobody.
    pub async fn post_as_nobody(&self, path: &str) -> Answer {
        answer(self.browser.post(format!("{}{path}", self.address)).send().await.unwrap()).await
    }

    /// A viewer, from a session started in the database: for asking use cases without a browser.
    pub fn viewer(&self, cast: Cast) -> Viewer {
        let random = &mut Randomness;
        let now = self.clock.now();
        let mut token = [0; 16];
        random.fill(&mut token);
        let token: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
        let session = self.db.write(|tx| {
            let issuer = cast.subject();
            let accounts = sessions::account_of_person(tx, self.school, self.person(cast))?;
            let place =
                sessions::places(tx, accounts)?.into_iter().find(|p| p.school == self.school).unwrap();
            let new = sessions::NewSession {
                token_hash: &token,
                account: accounts,
                place: &place,
                csrf: &issuer,
                provider: "test",
                context: Default::default(),
            };
            sessions::start(tx, &new, now, random)?;
            sessions::resume(tx, &token, now)
        });
        match session.unwrap() {
            sessions::Session::Live(viewer) => *viewer,
            sessions::Session::Hidden | sessions::Session::None => panic!("a fresh session is live"),
        }
    }

    /// A request of somebody, now.
    pub fn op(&self, cast: Cast) -> Op {
        let now = self.clock.now();
        Op { viewer: self.viewer(cast), now, request: RequestId::draw(now, &mut Randomness) }
    }

    /// A form nobody posted before.
    pub fn form(&self) -> Form {
        let mut keys = self.keys.lock().unwrap();
        *keys += 1;
        Form {
            key: format!("form-key-{keys}"),
            address: "/test".to_owned(),
            digest: format!("digest-{keys}"),
        }
    }

    /// Reports a concern through the use case.
    pub fn report(&self, by: Cast, draft: &Draft) -> Receipt {
        report::lodge(&self.db, &self.op(by), draft, &self.form(), &mut Randomness).unwrap()
    }

    /// Sends the letters whose time has come, over SMTP to the sink, and gives back to whom letters went so far.
    pub async fn deliver(&self) -> Vec<String> {
        self.does(Job::DeliverMail).await;
        self.sink.letters().iter().flat_map(|letter| letter.to.clone()).collect()
    }

    /// Runs a job once.
    pub async fn does(&self, job: Job) {
        let (candour, mailer) = (Candour::clone(&self.db), mailer(&self.sink));
        let public_url = Url::parse(&self.address).unwrap();
        Jobs { candour, clock: self.clock.clone(), mailer, public_url }.once(job).await.unwrap();
    }

    /// A plain draft of a category, about nobody.
    pub fn draft(&self, code: &str) -> Draft {
        let happened = Narrative::parse("Something happened in period two.").unwrap();
        let mut draft = Draft::of(categories::find(code).unwrap().code, happened, self.clock.now());
        draft.optional.place = Some(Summary::parse("Room 12").unwrap());
        draft.optional.web = Some(Summary::parse("http://bad.example/x").unwrap());
        draft
    }

    /// A subject who is a person of the register.
    pub fn about(&self, who: PersonId, kind: SubjectKind, role: SubjectRole) -> DraftSubject {
        DraftSubject { who: Somebody::Known(who), kind, role }
    }
}

impl Drop for School {
    fn drop(&mut self) {
        for server in self.servers.drain(..) {
            drop(server.stop(false));
        }
        if std::thread::panicking() {
            return;
        }
        self.settle_letters();
        for school in [self.school, self.other_school] {
            let verdict = self.db.read(|tx| audit::verify(tx, school, None)).unwrap();
            assert!(matches!(verdict, Verdict::Whole { .. }), "the audit log is broken: {verdict:?}");
        }
        logs::name_nobody();
    }
}

/// A mailer that talks to the sink.
pub fn mailer(sink: &Sink) -> Mailer {
    Mailer::new(SmtpConfig {
        host: sink.address().ip().to_string(),
        port: sink.address().port(),
        security: Security::None,
        username: None,
        password: None,
        from: "candour@school.example".to_owned(),
        hostname: "localhost".to_owned(),
        patience: Patience::default(),
    })
    .unwrap()
}
