@NullMarked
package dev.sinter.control.api;

import org.jspecify.annotations.NullMarked;
