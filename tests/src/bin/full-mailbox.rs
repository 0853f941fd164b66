//! `full-mailbox --url URL --setup-link LINK --count N`: a new portal in which a member of staff has sent N messages
//! to a partner, made through the sdk alone. Prints the sender's address and password as JSON. The subjects are
//! `Nachricht 1` to `Nachricht N`.

use serde_json::json;
use tests::actors::{ADMIN, PARTNER, PASSWORD, STAFF, join, partner, set_up, staff_member, write};

#[tokio::main]
async fn main() {
    let (url, link) = (argument("--url"), argument("--setup-link"));
    let count: usize = argument("--count").parse().expect("--count is a number");
    let admin = set_up(&url, &link, "Knappschaft-Bahn-See (Test)", "Anna Adler", ADMIN, PASSWORD).await;
    let staff = join(&admin, &staff_member(STAFF, "Sabine Sommer"), PASSWORD).await;
    join(&staff, &partner(PARTNER), PASSWORD).await;
    for number in 1..=count {
        let subject = format!("Nachricht {number}");
        write(&staff, &[PARTNER], &subject, "Eine von vielen.", &[]).await.expect("message");
    }
    println!("{}", json!({ "address": STAFF, "password": PASSWORD }));
}

fn argument(name: &str) -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).unwrap_or_else(|| panic!("{name} is missing"))
}
