/**
 * Builds from the configuration files of vendors' compilers: calibration data, quantization, checks
 * and reports.
 */
package dev.vitrine.build;
