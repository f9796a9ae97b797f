/**
 * {@code .vitrine} files: models made ready to run, as plain data. A file is a safetensors file
 * whose tensors are a model's constants in the orders that kernels want, and whose metadata holds,
 * as JSON, what is known of the model and a program for each size.
 *
 * <p>JSON values are those of records, by {@link dev.vitrine.engine.packed.Codec}: a record is the
 * list of its components. Nothing in a file is code, and nothing of it is trusted: a program is
 * verified before it is bound.
 */
package dev.vitrine.engine.packed;
