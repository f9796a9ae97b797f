/** What a build says: tables, scales as JSON, and a page with pictures. */
package dev.vitrine.build.report;
