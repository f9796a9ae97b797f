/** Graph surgery: small changes of a graph by its user, each verified before the next. */
package dev.vitrine.compiler.edit;
