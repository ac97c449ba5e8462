/// How refusals are told to callers outside.
package chasqui.status;
