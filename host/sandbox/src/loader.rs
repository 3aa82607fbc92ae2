//! From bytes to a component that fits its role. Nothing of it has run when it is refused.

use crate::engine::Sandbox;
use crate::error::{HostFault, LoadError};
use crate::guard::{Guard, stands};
use crate::prescan::prescan;
use crate::role::Role;
use glasshouse_model::Digest;
use std::sync::PoisonError;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Most bytes of a component that is compiled.
pub const LARGEST_COMPONENT: usize = 64 * 1024 * 1024;

/// A component's outside: what it asks for and what it offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Digest of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: usize,
    /// The role whose interface it exports, if any.
    pub role: Option<Role>,
    /// Names of its imports, with versions.
    pub imports: Vec<String>,
    /// Names of its exports, with versions.
    pub exports: Vec<String>,
    /// What keeps it from that role.
    pub problems: Vec<String>,
}

/// Why a component cannot be had: the giver's fault, or the host's.
#[derive(Debug, thiserror::Error)]
pub enum ComponentError {
    /// The fault of whoever gave it.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The host's fault.
    #[error(transparent)]
    Host(#[from] HostFault),
}

impl Sandbox {
    /// Compiles a component and looks at its outside; nothing of it runs.
    ///
    /// # Errors
    /// [`LoadError`] where the bytes are no component that this host takes.
    pub fn inspect(&self, bytes: &[u8]) -> Result<Inspection, ComponentError> {
        let component = self.compile(bytes)?;
        let (imports, exports) = self.outside(&component);
        let role = Role::of_exports(exports.iter().map(String::as_str));
        let problems = role.map_or_else(Vec::new, |role| role.problems(&imports, &exports));
        Ok(Inspection { digest: Digest::of(bytes), size: bytes.len(), role, imports, exports, problems })
    }

    /// Compiles a component that must fit a role.
    pub(crate) fn load(&self, role: Role, bytes: &[u8]) -> Result<Component, ComponentError> {
        let component = self.compile(bytes)?;
        let (imports, exports) = self.outside(&component);
        let problems = role.problems(&imports, &exports);
        if problems.is_empty() || !stands(Guard::Imports) {
            Ok(component)
        } else {
            Err(LoadError::WrongRole { role: role.name(), problems }.into())
        }
    }

    /// Names of a component's imports and exports.
    pub(crate) fn outside(&self, component: &Component) -> (Vec<String>, Vec<String>) {
        let kind = component.component_type();
        (
            kind.imports(&self.engine).map(|(name, _)| name.to_owned()).collect(),
            kind.exports(&self.engine).map(|(name, _)| name.to_owned()).collect(),
        )
    }

    /// Compiles bytes, or takes what was compiled of them before.
    pub(crate) fn compile(&self, bytes: &[u8]) -> Result<Component, ComponentError> {
        refuse_what_is_no_component(bytes)?;
        let digest = Digest::of(bytes);
        let kept = self.artefacts.as_ref().and_then(|store| store.get(&digest, &self.engine));
        if let Some(component) = kept.and_then(|kept| self.thaw(&kept).ok()) {
            return Ok(component);
        }
        prescan(bytes)?;
        let artefact = match &self.compiler {
            Some(compiler) => compiler.compile(bytes, self.profile, self.engine.ticks())?,
            None => self.engine.precompile_component(bytes).map_err(invalid)?,
        };
        if let Some(Err(fault)) =
            self.artefacts.as_ref().map(|store| store.put(&digest, &self.engine, &artefact))
        {
            *self.artefact_fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
        }
        // Compiled by this engine's own settings, so that it is the component which asks for more than instances get.
        Ok(self.thaw(&artefact).map_err(invalid)?)
    }

    /// An artefact of this engine as a component; an error where the engine does not know it as its own, or where its
    /// instances would not fit.
    #[allow(unsafe_code, reason = "the engine's interface to its own artefacts")]
    fn thaw(&self, artefact: &[u8]) -> wasmtime::Result<Component> {
        // SAFETY: the bytes are this engine's own output: made in this call, here or by this program as a child, or read
        // from the artefact store, which checked their MAC under a key that only this user can read.
        unsafe { Component::deserialize(&self.engine, artefact) }
    }
}

fn invalid(error: wasmtime::Error) -> LoadError {
    LoadError::Invalid(format!("{error:#}"))
}

/// Tells apart what people give in a component's place, each with its next step.
fn refuse_what_is_no_component(bytes: &[u8]) -> Result<(), LoadError> {
    const MAGIC: &[u8] = b"\0asm";
    const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";
    let found = if bytes.len() > LARGEST_COMPONENT && stands(Guard::Size) {
        return Err(LoadError::TooLarge { size: bytes.len(), most: LARGEST_COMPONENT });
    } else if !stands(Guard::FileKind) {
        return Ok(());
    } else if bytes.is_empty() {
        ("an empty file", "build it first")
    } else if bytes.starts_with(CORE_MODULE) {
        ("a core module", "wrap it: `wasm-tools component new FILE -o COMPONENT`")
    } else if bytes.starts_with(b"\x7fELF") || Engine::detect_precompiled(bytes).is_some() {
        ("native code", "give the component itself; the host compiles it and keeps what it compiled")
    } else if bytes.trim_ascii_start().starts_with(b"(") {
        ("WebAssembly text", "turn it into a binary: `wasm-tools parse FILE -o COMPONENT`")
    } else if bytes.starts_with(MAGIC) {
        return Ok(());
    } else {
        ("something that is not WebAssembly", "give a file that `wasm-tools component wit FILE` can read")
    };
    Err(LoadError::NotAComponent { found: found.0, hint: found.1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_kind_of_file_has_its_own_words() {
        let found = |bytes: &[u8]| match refuse_what_is_no_component(bytes) {
            Err(LoadError::NotAComponent { found, .. }) => found,
            other => panic!("{other:?}"),
        };
        assert_eq!(found(b""), "an empty file");
        assert_eq!(found(b"\0asm\x01\0\0\0rest"), "a core module");
        assert_eq!(found(b"\x7fELF...."), "native code");
        assert_eq!(found(b"  (component)"), "WebAssembly text");
        assert_eq!(found(b"#!/bin/sh"), "something that is not WebAssembly");
        assert!(refuse_what_is_no_component(b"\0asm\x0d\0\x01\0").is_ok());
    }
}
