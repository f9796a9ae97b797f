package dev.vitrine.build.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A field of a configuration: a component of one of its records, its name in snake case. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
  /** The default, as text; empty: false, 0, no text, the first constant, an empty list. */
  String value() default "";

  String help() default "";

  /** The field's name where it is not the component's. */
  String name() default "";

  /** Whether the field means nothing on a CPU: it is read, checked and said to be ignored. */
  boolean ignored() default false;
}
