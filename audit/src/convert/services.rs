//! How a service of another tool becomes one of the draft.
//!
//! Left out: what each tool says of its services (`super::tools`).

use serde_json::{Map, Value, json};

use super::{Found, LONGEST_SUMMARY, TO_WRITE, Writer, plain};

impl Writer {
    /// A service, of which its tool told these hosts; its id.
    pub(super) fn service(
        &mut self,
        name: &str,
        title: &str,
        about: Found,
        category: &str,
        hosts: &[String],
    ) -> String {
        let at = self.services.len();
        let id = self.id(&format!("services[{at}]"), name, "service");
        self.missing.push(format!("services[{at}].provider: name who provides `{name}`"));
        self.missing.push(if hosts.is_empty() {
            format!("services[{at}].hosts: list the hosts that it asks")
        } else {
            format!("services[{at}].hosts: list what it asks beside `{}`", hosts.join("`, `"))
        });
        let title = if title.is_empty() { name } else { title };
        let mut service = json!({
            "id": id, "category": category, "name": plain(title), "provider": TO_WRITE, "hosts": hosts,
        });
        let path = format!("services[{at}].summary");
        let (short, long): (Vec<_>, Vec<_>) = self
            .said(&path, about)
            .into_iter()
            .partition(|(_, said)| said.chars().count() <= LONGEST_SUMMARY);
        self.missing.extend(long.iter().map(|(tag, said)| {
            format!("{path}.{tag}: say this in {LONGEST_SUMMARY} characters at most: {said}")
        }));
        if let (false, Some(fields)) = (short.is_empty(), service.as_object_mut()) {
            let short = short.into_iter().map(|(tag, said)| (tag, json!(said)));
            fields.insert("summary".into(), Value::Object(Map::from_iter(short)));
        }
        self.services.push(service);
        id
    }
}
