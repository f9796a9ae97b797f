/** Archives of files. */
package dev.vitrine.formats.archive;
