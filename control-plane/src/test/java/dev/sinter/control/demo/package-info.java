@NullMarked
package dev.sinter.control.demo;

import org.jspecify.annotations.NullMarked;
