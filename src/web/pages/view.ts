import type { AccountView } from './access-list.ts';
import type { SettingsView } from './account.ts';
import type { ConfirmEmailView, ConfirmSignInView, SignInView, SignUpView, WelcomeView } from './accounts.ts';
import type { ActivityView, DisputeView } from './activity.ts';
import type {
  AppConsentView,
  AppContinueView,
  AppFormPostView,
  AppRemoveView,
  AppSignedOutView,
  AppSignOutView,
  AppView,
} from './apps.ts';
import type { BrowserView, CompromisedView, SignedOutEverythingView } from './browsers.ts';
import type {
  ConsoleDeliveriesView,
  ConsoleListView,
  ConsoleOperatorsView,
  ConsoleOverviewView,
  ConsoleReceiverView,
  ConsoleRefusedView,
  ConsoleSettingsView,
  ConsoleSignInView,
  ConsoleThingView,
} from './console.ts';
import type { AccountDataView, CloseAccountView } from './data.ts';
import type { DemoTvView } from './demo-tv.ts';
import type { DeviceCodeView, DeviceConfirmView, DeviceResultView } from './device.ts';
import type { ErrorView } from './error.ts';
import type { ForgotPasswordView } from './forgot-password.ts';
import type { HouseholdMemberView, HouseholdView } from './household.ts';
import type { LinkKeysView, LinkKeyView, MakeLinkKeyView } from './link-keys.ts';
import type {
  AddDeviceView,
  DeregisteredView,
  DeregisterView,
  DeviceMemberView,
  DeviceRenameView,
  DeviceView,
} from './linked-devices.ts';
import type { EachNotificationView, NotificationsView } from './notifications.ts';
import type { OutboxMailView, OutboxView } from './outbox.ts';
import type { ProveView } from './prove.ts';
import type { LanguageView, TimeZoneView } from './reader.ts';
import type { RecoveryView } from './recovery.ts';
import type { PasskeySignInView, SecondStepView } from './second-step.ts';
import type {
  ChangeCodeView,
  EmailView,
  NameView,
  NewPasswordView,
  PasswordChangedView,
  SecurityView,
} from './security.ts';
import type {
  AddAppView,
  AddPasskeyView,
  AddPhoneView,
  BackupCodesView,
  FactorView,
  TwoStepView,
} from './two-step.ts';
import type {
  UpstreamCodeView,
  UpstreamFoundView,
  UpstreamLinksView,
  UpstreamSignUpView,
  UpstreamView,
} from './upstream.ts';
import type { VoiceCodeView } from './voice-code.ts';
import type { DeviceWaitingView } from './waiting.ts';

/** Every page that this server can show. `page` says which; the rest is all that its template may use. */
export type View =
  | WelcomeView
  | SignInView
  | SignUpView
  | ConfirmEmailView
  | ConfirmSignInView
  | SecondStepView
  | RecoveryView
  | PasskeySignInView
  | TwoStepView
  | AddAppView
  | AddPasskeyView
  | AddPhoneView
  | BackupCodesView
  | FactorView
  | VoiceCodeView
  | UpstreamView
  | UpstreamCodeView
  | UpstreamLinksView
  | UpstreamSignUpView
  | UpstreamFoundView
  | AccountView
  | SettingsView
  | AddDeviceView
  | LinkKeysView
  | MakeLinkKeyView
  | LinkKeyView
  | DeviceView
  | DeviceRenameView
  | DeviceMemberView
  | DeregisterView
  | DeregisteredView
  | HouseholdView
  | HouseholdMemberView
  | BrowserView
  | CompromisedView
  | SignedOutEverythingView
  | ActivityView
  | DisputeView
  | NotificationsView
  | EachNotificationView
  | AccountDataView
  | CloseAccountView
  | AppView
  | AppRemoveView
  | AppConsentView
  | AppContinueView
  | AppFormPostView
  | AppSignOutView
  | AppSignedOutView
  | DeviceCodeView
  | DeviceConfirmView
  | DeviceResultView
  | DeviceWaitingView
  | ProveView
  | SecurityView
  | ForgotPasswordView
  | LanguageView
  | TimeZoneView
  | NameView
  | EmailView
  | ChangeCodeView
  | NewPasswordView
  | PasswordChangedView
  | ErrorView
  | OutboxView
  | OutboxMailView
  | DemoTvView
  | ConsoleSignInView
  | ConsoleDeliveriesView
  | ConsoleListView
  | ConsoleReceiverView
  | ConsoleThingView
  | ConsoleOperatorsView
  | ConsoleSettingsView
  | ConsoleOverviewView
  | ConsoleRefusedView;

export type PageName = View['page'];
