//! The program as it is typed: what it prints, and the code it ends with.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

/// Runs the program to its end, beside whatever else the test is running.
pub async fn candour(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_candour"));
    command.args(arguments).current_dir(folder);
    let ran: Output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let printed = [ran.stdout, ran.stderr].concat();
    (ran.status.code().unwrap(), String::from_utf8(printed).unwrap())
}

/// A folder with a configuration and its secret; the database is not made yet.
pub fn installation(mail_port: u16, issuer: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"
[server]
listen = "127.0.0.1:8080"
public_url = "http://localhost:8080"
trusted_proxies = []
[database]
url = "sqlite:candour.db"
pool = 2
[mail]
host = "127.0.0.1"
port = {mail_port}
security = "none"
from = "Candour <candour@school.example>"
[[sign_in]]
name = "your school account"
issuer = "{issuer}"
client_id = "candour"
client_secret_file = "secret"
scopes = ["openid"]
bind = "code"
[log]
format = "plain"
"#
    );
    fs::write(folder.path().join("candour.toml"), text).unwrap();
    fs::write(folder.path().join("secret"), "canary-secret").unwrap();
    fs::set_permissions(folder.path().join("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    folder
}

#[tokio::test]
async fn o5_a_typo_in_the_configuration_names_the_key_and_starts_nothing() {
    for database in ["sqlite:candour.db", "postgres://candour@127.0.0.1:9/candour"] {
        let folder = installation(25, "https://login.school.example");
        let path = folder.path().join("candour.toml");
        let text = fs::read_to_string(&path).unwrap().replace("sqlite:candour.db", database);
        fs::write(&path, text.replace("public_url", "public_ulr")).unwrap();
        let said =
            "candour.toml:4: server.public_ulr: is not a key of [server]; did you mean `public_url`?\n";
        for command in ["check-config", "doctor", "migrate", "serve"] {
            let (code, printed) = candour(folder.path(), &[command, "--config", "candour.toml"]).await;
            assert_eq!((code, printed.as_str()), (2, said), "{command} on {database}");
        }
        assert!(!folder.path().join("candour.db").exists(), "nothing was made");
    }
}

#[tokio::test]
async fn a_right_configuration_is_said_to_be_right() {
    let folder = installation(25, "https://login.school.example");
    let (code, printed) = candour(folder.path(), &["check-config", "--config", "candour.toml"]).await;
    assert_eq!((code, printed.as_str()), (0, "candour.toml: ok\n"));
}

#[tokio::test]
async fn the_doctor_names_everything_that_is_wrong_and_no_secret() {
    // Ports of this machine where nothing listens: taken, then given back.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = installation(free, &format!("http://127.0.0.1:{free}"));
    let (code, printed) = candour(folder.path(), &["doctor", "--config", "candour.toml"]).await;
    assert_eq!(code, 1, "{printed}");
    for wrong in
        ["FAULT    database: ", "FAULT    mail: 127.0.0.1:", "FAULT    sign-in: your school account: "]
    {
        assert!(printed.contains(wrong), "{wrong} is not in {printed}");
    }
    assert!(printed.ends_with("faults: 3\n") && !printed.contains("canary"), "{printed}");
    assert!(!folder.path().join("candour.db").exists(), "the doctor changes nothing");
}
