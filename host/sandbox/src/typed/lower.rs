//! From JSON to values of a WIT type, as `schema.rs` maps them.

use super::schema::{ERROR, INFINITY, MINUS_INFINITY, NOT_A_NUMBER, OK, SOME};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use wasmtime::component::{Type, Val};

/// JSON that is no value of the type it stands for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: expected {wanted}")]
pub(crate) struct Mismatch {
    /// JSON pointer to it (RFC 6901).
    place: String,
    wanted: &'static str,
}

/// The arguments of a function from a JSON object of its parameters.
pub(super) fn arguments<'p>(
    parameters: impl Iterator<Item = (&'p str, Type)>,
    json: &Value,
) -> Result<Vec<Val>, Mismatch> {
    At { place: None, parent: None }
        .fields(parameters, json)
        .map(|named| named.into_iter().map(|(_, v)| v).collect())
}

/// A place in the JSON, as a chain up to its root: written out only where something is wrong there.
#[derive(Clone, Copy)]
struct At<'a> {
    place: Option<Step<'a>>,
    parent: Option<&'a At<'a>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl At<'_> {
    fn key<'b>(&'b self, key: &'b str) -> At<'b> {
        At { place: Some(Step::Key(key)), parent: Some(self) }
    }

    fn index(&self, index: usize) -> At<'_> {
        At { place: Some(Step::Index(index)), parent: Some(self) }
    }

    fn pointer(&self) -> String {
        let parent = self.parent.map(Self::pointer).unwrap_or_default();
        match self.place {
            None => parent,
            Some(Step::Key(key)) => format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1")),
            Some(Step::Index(index)) => format!("{parent}/{index}"),
        }
    }

    fn wanted(&self, wanted: &'static str) -> Mismatch {
        let pointer = self.pointer();
        Mismatch { place: if pointer.is_empty() { "/".to_owned() } else { pointer }, wanted }
    }

    fn value(&self, kind: &Type, json: &Value) -> Result<Val, Mismatch> {
        Ok(match kind {
            Type::Bool => Val::Bool(json.as_bool().ok_or_else(|| self.wanted("true or false"))?),
            Type::S8 => Val::S8(self.integer(json.as_i64())?),
            Type::U8 => Val::U8(self.integer(json.as_u64())?),
            Type::S16 => Val::S16(self.integer(json.as_i64())?),
            Type::U16 => Val::U16(self.integer(json.as_u64())?),
            Type::S32 => Val::S32(self.integer(json.as_i64())?),
            Type::U32 => Val::U32(self.integer(json.as_u64())?),
            Type::S64 => Val::S64(self.integer(json.as_i64())?),
            Type::U64 => Val::U64(self.integer(json.as_u64())?),
            #[expect(clippy::cast_possible_truncation, reason = "a float32 is what the guest asked for")]
            Type::Float32 => Val::Float32(self.float(json)? as f32),
            Type::Float64 => Val::Float64(self.float(json)?),
            Type::Char => Val::Char(self.character(json)?),
            Type::String => Val::String(self.text(json)?.to_owned()),
            Type::List(list) if list.ty() == Type::U8 => self.bytes(json)?,
            Type::List(list) => {
                let element = list.ty();
                Val::List(self.elements(self.array(json)?, |at, json| at.value(&element, json))?)
            }
            Type::Record(record) => {
                Val::Record(self.fields(record.fields().map(|field| (field.name, field.ty)), json)?)
            }
            Type::Tuple(tuple) => Val::Tuple(self.tuple(tuple.types(), json)?),
            Type::Variant(variant) => {
                let (name, value) = self.case(json)?;
                let case = variant.cases().find(|case| case.name == name);
                let case = case.ok_or_else(|| self.wanted("the name of a case, or an object of one case"))?;
                Val::Variant(name.to_owned(), self.payload(name, case.ty, value)?)
            }
            Type::Enum(names) => {
                let name = self.text(json)?;
                let known = names.names().any(|known| known == name);
                Val::Enum(
                    known.then(|| name.to_owned()).ok_or_else(|| self.wanted("one of the enum's names"))?,
                )
            }
            Type::Option(option) => Val::Option(self.option(&option.ty(), json)?),
            Type::Result(result) => Val::Result(self.result(result.ok(), result.err(), json)?),
            Type::Flags(flags) => {
                let known: Vec<_> = flags.names().collect();
                let name = |at: &At<'_>, json: &Value| {
                    let name = at.text(json)?;
                    known
                        .contains(&name)
                        .then(|| name.to_owned())
                        .ok_or_else(|| at.wanted("one of the flags"))
                };
                Val::Flags(self.elements(self.array(json)?, name)?)
            }
            _ => return Err(self.wanted("a value that has JSON")),
        })
    }

    fn integer<T: TryFrom<N>, N>(&self, number: Option<N>) -> Result<T, Mismatch> {
        number
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.wanted("a whole number in range"))
    }

    fn float(&self, json: &Value) -> Result<f64, Mismatch> {
        match json.as_str() {
            Some(NOT_A_NUMBER) => Ok(f64::NAN),
            Some(INFINITY) => Ok(f64::INFINITY),
            Some(MINUS_INFINITY) => Ok(f64::NEG_INFINITY),
            _ => json.as_f64().ok_or_else(|| self.wanted("a number")),
        }
    }

    fn text<'j>(&self, json: &'j Value) -> Result<&'j str, Mismatch> {
        json.as_str().ok_or_else(|| self.wanted("a text"))
    }

    fn character(&self, json: &Value) -> Result<char, Mismatch> {
        let mut characters = self.text(json)?.chars();
        match (characters.next(), characters.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(self.wanted("a text of one character")),
        }
    }

    fn bytes(&self, json: &Value) -> Result<Val, Mismatch> {
        let bytes = STANDARD.decode(self.text(json)?).map_err(|_| self.wanted("a text in base64"))?;
        Ok(Val::List(bytes.into_iter().map(Val::U8).collect()))
    }

    fn array<'j>(&self, json: &'j Value) -> Result<&'j [Value], Mismatch> {
        json.as_array().map(Vec::as_slice).ok_or_else(|| self.wanted("an array"))
    }

    fn elements<T>(
        &self,
        array: &[Value],
        one: impl Fn(&At<'_>, &Value) -> Result<T, Mismatch>,
    ) -> Result<Vec<T>, Mismatch> {
        array.iter().enumerate().map(|(index, json)| one(&self.index(index), json)).collect()
    }

    fn tuple(&self, kinds: impl ExactSizeIterator<Item = Type>, json: &Value) -> Result<Vec<Val>, Mismatch> {
        let array = self.array(json)?;
        if array.len() != kinds.len() {
            return Err(self.wanted("an array with one element for each of the tuple"));
        }
        let both = kinds.zip(array).enumerate();
        both.map(|(index, (kind, json))| self.index(index).value(&kind, json)).collect()
    }

    fn object<'j>(&self, json: &'j Value) -> Result<&'j Map<String, Value>, Mismatch> {
        json.as_object().ok_or_else(|| self.wanted("an object"))
    }

    /// Every field, in the type's order; a field that is missing counts as `null`, so that options can be left out.
    fn fields<'f>(
        &self,
        fields: impl Iterator<Item = (&'f str, Type)>,
        json: &Value,
    ) -> Result<Vec<(String, Val)>, Mismatch> {
        let object = self.object(json)?;
        let mut known = 0;
        let mut values = Vec::new();
        for (name, kind) in fields {
            let json = object.get(name).inspect(|_| known += 1).unwrap_or(&Value::Null);
            values.push((name.to_owned(), self.key(name).value(&kind, json)?));
        }
        if known == object.len() {
            Ok(values)
        } else {
            Err(self.wanted("no field that the type does not have"))
        }
    }

    /// A case's name and its value, if it is written with one.
    fn case<'j>(&self, json: &'j Value) -> Result<(&'j str, Option<&'j Value>), Mismatch> {
        if let Some(name) = json.as_str() {
            return Ok((name, None));
        }
        let mut entries = self.object(json)?.iter();
        match (entries.next(), entries.next()) {
            (Some((name, value)), None) => Ok((name, Some(value))),
            _ => Err(self.wanted("the name of a case, or an object of one case")),
        }
    }

    fn payload(
        &self,
        name: &str,
        kind: Option<Type>,
        json: Option<&Value>,
    ) -> Result<Option<Box<Val>>, Mismatch> {
        match (kind, json) {
            (Some(kind), Some(json)) => Ok(Some(Box::new(self.key(name).value(&kind, json)?))),
            (None, None | Some(Value::Null)) => Ok(None),
            (Some(_), None) => Err(self.wanted("an object of one case: this one has a value")),
            (None, Some(_)) => Err(self.key(name).wanted("null: this case has no value")),
        }
    }

    fn option(&self, kind: &Type, json: &Value) -> Result<Option<Box<Val>>, Mismatch> {
        if json.is_null() {
            return Ok(None);
        }
        let value = if matches!(kind, Type::Option(_)) {
            match self.case(json)? {
                (SOME, Some(json)) => self.key(SOME).value(kind, json)?,
                _ => return Err(self.wanted("null or an object with the one key `some`")),
            }
        } else {
            self.value(kind, json)?
        };
        Ok(Some(Box::new(value)))
    }

    #[expect(clippy::type_complexity, reason = "the engine's own shape of a result")]
    fn result(
        &self,
        ok: Option<Type>,
        error: Option<Type>,
        json: &Value,
    ) -> Result<Result<Option<Box<Val>>, Option<Box<Val>>>, Mismatch> {
        match self.case(json)? {
            (OK, value) => Ok(Ok(self.payload(OK, ok, value)?)),
            (ERROR, value) => Ok(Err(self.payload(ERROR, error, value)?)),
            _ => Err(self.wanted("an object with the one key `ok` or `error`")),
        }
    }
}
