@org.jspecify.annotations.NullMarked
package dev.sinter.control.cli;
