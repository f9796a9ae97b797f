/** Calibration data: archives and folders of pictures and arrays, one sample at a time. */
package dev.vitrine.build.data;
