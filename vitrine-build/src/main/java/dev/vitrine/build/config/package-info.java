/**
 * What a build is told: the schema of the vendor's compiler as records, read from JSON with
 * comments, YAML, TOML, prototxt and flags.
 */
package dev.vitrine.build.config;
